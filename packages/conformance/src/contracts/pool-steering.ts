import assert from "node:assert/strict";
import { type Contract, failsWith, failureOf, refuses, tasksOf } from "../suite.js";
import type * as pools from "../tasks/pools.js";
import type * as work from "../tasks/work.js";
import { occupying } from "./occupying.js";

/** Which worker runs a task, and when: broadcasts, keys, a limit of starts, lists of arguments; and the events of a pool. */
export const poolSteering: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof work>(suite, "work");
  const helpers = tasksOf<typeof pools>(suite, "pools");
  const { Event, Pool, Queue, Value } = adapter;
  const occupy = occupying(suite, "runUntil");

  describe("Pool.starmap", () => {
    it("calls a task of several arguments once for each array of them, in order, of sync and async iterables", async () => {
      await Pool.use({ size: 2 }, async (pool) => {
        const pairs = [[2, 3], [3, 2], [5, 1]] as const; // biome-ignore format: pairs
        for (const chunkSize of [undefined, 1, 2]) {
          assert.deepEqual(await pool.starmap(helpers.power, pairs, { chunkSize }), [8, 9, 5]);
        }
        async function* later() {
          yield* pairs;
        }
        assert.deepEqual(await pool.starmap(helpers.power, later()), [8, 9, 5]);
        await refuses({ item: () => pool.starmap(helpers.power, [[1, 1], 5] as never) }, /starmap is an array/);
        assert.deepEqual(await pool.starmap(helpers.power, []), []);
      });
    });
  });

  describe("Pool.broadcast", () => {
    it("runs once in each worker, behind what the worker has, and gives the results in the order of the workers", async () => {
      const prepared = new Value("i32");
      const pool = new Pool({ size: 3, minSize: 2, initializer: helpers.prepare, initArgs: [prepared, "first"] });
      assert.deepEqual(await pool.broadcast(helpers.prepared), ["first", "first"]);
      assert.equal(prepared.value, 2);
      await pool.broadcast(helpers.prepare, prepared, "later");
      assert.deepEqual([await pool.broadcast(helpers.prepared), prepared.value], [["later", "later"], 4]);
      const { done, letGo } = await occupy(pool);
      const all = pool.broadcast(helpers.prepared);
      assert.equal(pool.running + pool.queued, 3);
      letGo();
      assert.deepEqual([await done, await all], ["done", ["later", "later"]]);
      await pool.close();
      await failsWith("HEDDLE_POOL_CLOSED", () => pool.broadcast(helpers.prepared));
    });

    it("starts one worker in a pool that keeps none, and is for no worker that is started later", async () => {
      const pool = new Pool({ size: 2, minSize: 0, maxTasksPerWorker: 2 });
      const times = new Value("i32");
      await pool.broadcast(helpers.prepare, times, "spent");
      assert.equal(await pool.run(helpers.prepared), "spent");
      // A worker that has run all its tasks is none of them.
      assert.deepEqual(await pool.broadcast(helpers.prepared), [""]);
      assert.equal(times.value, 1);
      await pool.close();
    });

    it("fails with the first failure, and runs in the other workers all the same", async () => {
      const pool = new Pool({ size: 2 });
      const times = new Value("i32");
      const error = (await failureOf(() => pool.broadcast(helpers.failFirst, times, 1))) as Error;
      assert.equal(error.message, "failure 1");
      // It waits behind the other one.
      await pool.broadcast(tasks.nothing);
      assert.equal(times.value, 2);
      await refuses({ item: () => Reflect.apply(pool.broadcast, pool, [() => 1]) });
      await failsWith("HEDDLE_SEND", () => pool.broadcast(tasks.echo, (() => 1) as never));
      await pool.close();
    });

    it("waits while the pool is paused, and ends with the pool", async () => {
      const times = new Value("i32");
      const pool = new Pool({ size: 2 });
      await pool.ready();
      pool.pause();
      const all = pool.broadcast(helpers.prepare, times, "paused");
      await new Promise((resolve) => setTimeout(resolve));
      assert.deepEqual([times.value, pool.queued, pool.running], [0, 2, 0]);
      pool.resume();
      await all;
      assert.equal(times.value, 2);
      pool.pause();
      const refused = pool.broadcast(helpers.prepare, times, "never");
      await Promise.all([failsWith("HEDDLE_POOL_CLOSED", () => refused), pool.close({ cancelQueued: true })]);
      assert.equal(times.value, 2);
    });

    it("fails for a worker that ends before it has run the task", async () => {
      if (suite.capabilities.parallel === false) return;
      const pool = new Pool({ size: 1 });
      const { done, letGo } = await occupy(pool);
      const crash = pool.run(tasks.exit, 3);
      // It is sent at the end of the turn.
      await Promise.resolve();
      const all = pool.broadcast(tasks.nothing);
      letGo();
      await failsWith("HEDDLE_WORKER_CRASHED", () => crash);
      await failsWith("HEDDLE_WORKER_CRASHED", () => all);
      assert.equal(await done, "done");
      assert.equal((await pool.broadcast(tasks.nothing)).length, 1);
      const [started, go] = [new Queue<number>(), new Event()];
      const ends = pool.run(helpers.exitWhenLetGo, started, go);
      await started.get();
      pool.pause();
      const held = pool.broadcast(tasks.nothing);
      go.set();
      await failsWith("HEDDLE_WORKER_CRASHED", () => ends);
      pool.resume();
      const error = await failsWith("HEDDLE_WORKER_CRASHED", () => held);
      assert.match(error.message, /ended before it ran nothing/);
      await pool.close();
    });
  });

  describe("rateLimit", () => {
    it("holds tasks back in their order until they may start, and those that wait can be cancelled", async () => {
      const order = new Queue<number>();
      const pool = new Pool({ size: 2, rateLimit: { limit: 2, interval: 20 } });
      await Promise.all([1, 2, 3, 4, 5].map((n) => pool.run(tasks.putItem, order, n)));
      assert.equal(order.size, 5);
      await pool.close();
      const slow = new Pool({ size: 2, rateLimit: { limit: 1, interval: 3_600_000 } });
      assert.equal(await slow.run(tasks.add, 1, 1), 2);
      const [next, last] = [slow.submit(tasks.add, [2, 2]), slow.submit(tasks.add, [3, 3])];
      assert.deepEqual(await slow.broadcast(tasks.nothing), [undefined, undefined]);
      assert.deepEqual([slow.queued, next.cancel("no more"), slow.queued], [2, true, 1]);
      await assert.rejects(next, (reason) => reason === "no more");
      await Promise.all([failsWith("HEDDLE_POOL_CLOSED", () => last), slow.close({ cancelQueued: true })]);
    });

    it("is refused where it is none", async () => {
      const wrong = (rateLimit: unknown) => () => Reflect.construct(Pool, [{ rateLimit }]) as unknown;
      await refuses({ number: wrong(5), type: wrong({ limit: 1, interval: "1" }), name: wrong({ limit: 1, per: 5 }) });
      for (const rate of [
        { limit: 0, interval: 1 },
        { limit: 1.5, interval: 1 },
        { limit: 1, interval: -1 },
      ]) {
        assert.ok((await failureOf(async () => wrong(rate)())) instanceof RangeError);
      }
      await refuses({ other: () => Reflect.construct(Pool, [{ intervalCap: 5 }]) }, /rateLimit, as in/);
    });
  });

  describe("key", () => {
    it("has tasks run in the same worker, in order, though others are idle; others run elsewhere", async () => {
      await Pool.use({ size: 2 }, async (pool) => {
        const order = new Queue<number>();
        const [started, go] = [new Event(), new Event()];
        const ada = pool.withOptions({ key: "ada" });
        const first = ada.run(tasks.runUntil, started, go);
        await started.wait();
        const queued = [1, 2, 3].map((n) => ada.run(tasks.putItem, order, n));
        const cancelled = ada.submit(tasks.putItem, [order, 9]);
        const place = ada.run(tasks.whoAmI, adapter.adapter.url);
        const elsewhere = await pool.submit(tasks.whoAmI, [adapter.adapter.url], { key: 1 });
        assert.equal(order.size, 0);
        assert.equal(cancelled.cancel("no more"), true);
        await assert.rejects(cancelled, (reason) => reason === "no more");
        go.set();
        await Promise.all([first, ...queued]);
        assert.deepEqual(
          [1, 2, 3].map(() => order.getNowait()),
          [1, 2, 3],
        );
        assert.notEqual((await place).name, elsewhere.name);
        for (const [key, name] of [
          ["ada", (await place).name],
          [1, elsewhere.name],
        ] as const) {
          assert.equal((await pool.submit(tasks.whoAmI, [adapter.adapter.url], { key })).name, name);
        }
      });
    });

    it("goes to another worker when its worker ends, with the tasks that waited for that", async () => {
      if (suite.capabilities.parallel === false) return;
      await Pool.use({ size: 2 }, async (pool) => {
        const ada = pool.withOptions({ key: "ada" });
        const [started, go] = [new Queue<number>(), new Event()];
        const before = await ada.run(tasks.whoAmI, adapter.adapter.url);
        const ends = ada.run(helpers.exitWhenLetGo, started, go);
        await started.get();
        const waiting = [1, 2, 3, 4].map(() => ada.run(tasks.whoAmI, adapter.adapter.url));
        go.set();
        await failsWith("HEDDLE_WORKER_CRASHED", () => ends);
        const names = new Set((await Promise.all(waiting)).map(({ name }) => name));
        assert.equal(names.size, 1);
        assert.notDeepEqual([...names], [before.name]);
      });
    });

    it("has tasks wait that are held back by a pause, and rejects them as other tasks at the end", async () => {
      const pool = new Pool({ size: 2 });
      const ada = pool.withOptions({ key: "ada" });
      const [started, go] = [new Event(), new Event()];
      const done = ada.run(tasks.runUntil, started, go);
      await started.wait();
      const order = new Queue<number>();
      const waiting = [1, 2, 3].map((n) => ada.run(tasks.putItem, order, n));
      await Promise.resolve();
      pool.pause();
      go.set();
      assert.equal(await done, "done");
      assert.deepEqual([order.size, pool.queued, pool.running], [0, 3, 0]);
      pool.resume();
      await Promise.all(waiting);
      assert.deepEqual([order.getNowait(), order.getNowait(), order.getNowait()], [1, 2, 3]);
      const again = [new Event(), new Event()] as const;
      const last = ada.run(tasks.runUntil, ...again);
      await again[0].wait();
      const refused = [1, 2, 3].map((n) => ada.run(tasks.putItem, order, n));
      await Promise.resolve();
      const closed = pool.close({ cancelQueued: true });
      for (const each of refused) await failsWith("HEDDLE_POOL_CLOSED", () => each);
      again[1].set();
      await Promise.all([last, closed]);
      assert.equal(order.size, 0);
      const wrong = (key: unknown) => () => Reflect.apply(pool.withOptions, pool, [{ key }]) as unknown;
      await refuses({ object: wrong({}), boolean: wrong(true), null: wrong(null) }, /key is a string or a number/);
    });
  });

  describe("Pool.on", () => {
    it("tells that there is no room, that there is some again, and that nothing is left to do", async () => {
      const pool = new Pool({ size: 1, maxQueue: 1 });
      const told: string[] = [];
      for (const event of ["needsDrain", "drain", "idle"] as const) pool.on(event, () => told.push(event));
      const { done, letGo } = await occupy(pool);
      const next = pool.run(tasks.add, 1, 1);
      await Promise.resolve();
      assert.deepEqual(told, ["needsDrain"]);
      await failsWith("HEDDLE_QUEUE_FULL", () => pool.run(tasks.add, 1, 1));
      letGo();
      await Promise.all([done, next]);
      await Promise.resolve();
      assert.deepEqual(told, ["needsDrain", "drain", "idle"]);
      assert.deepEqual(await pool.map(tasks.half, [2, 4, 6]), [1, 2, 3]);
      await Promise.resolve();
      assert.equal(told.at(-1), "idle");
      told.length = 0;
      await pool.ready();
      await Promise.resolve();
      assert.deepEqual(told, []);
      await pool.close();
    });

    it("tells of workers that start and end, with the pool's reason or their exit codes", async () => {
      const pool = new Pool({ name: "told", size: 1 });
      const told: unknown[] = [];
      pool.on("workerStarted", ({ name, id }) => told.push([name, typeof id]));
      pool.on("workerEnded", ({ name, exitCode, reason }) => told.push([name, exitCode, reason]));
      assert.equal(await pool.run(tasks.add, 1, 1), 2);
      if (suite.capabilities.parallel === false) await pool.close();
      else {
        await failsWith("HEDDLE_WORKER_CRASHED", () => pool.run(tasks.exit, 3));
        assert.equal(await pool.run(tasks.add, 1, 1), 2);
        await pool.close();
        assert.deepEqual(told.splice(1, 2), [
          ["told-1", 3, undefined],
          ["told-2", "number"],
        ]);
      }
      const last = told.pop() as unknown[];
      assert.match(String(last[2]), /stopped with its pool/);
      assert.deepEqual(told, [["told-1", "number"]]);
    });

    it("tells of errors that no task rejects with, as the except hook does", async () => {
      const hooked: unknown[] = [];
      adapter.setExceptHook((error) => void hooked.push(error));
      try {
        const pool = new Pool({ size: 1, finalizer: tasks.failWith, finalizerArgs: ["last"] });
        const told: string[] = [];
        pool.on("error", ({ error, name }) => told.push(`${name}: ${(error as Error).message}`));
        assert.equal(await pool.run(tasks.add, 1, 1), 2);
        const { name } = (await pool.run(tasks.whoAmI, adapter.adapter.url)) as { name: string };
        await pool.close();
        assert.deepEqual([told, hooked.length], [[`${name}: last`], 1]);
      } finally {
        adapter.setExceptHook(() => {});
      }
    });

    it("calls each listener until its function is called, and refuses what is no event", async () => {
      const pool = new Pool({ size: 1 });
      let calls = 0;
      const count = (): void => void calls++;
      const stops = [pool.on("idle", count), pool.on("idle", count)];
      await pool.run(tasks.add, 1, 1);
      await Promise.resolve();
      assert.equal(calls, 2);
      for (const stop of [...stops, ...stops]) stop();
      await pool.run(tasks.add, 1, 1);
      await Promise.resolve();
      assert.equal(calls, 2);
      const on =
        (...args: unknown[]) =>
        () =>
          Reflect.apply(pool.on, pool, args) as unknown;
      await refuses({ near: on("drian", count) }, /did you mean drain/);
      await refuses({ other: on("message", count) }, /^The events of a pool are needsDrain/);
      await refuses({ listener: on("idle"), name: on(5, count), surplus: on("idle", count, 1) });
      await pool.close();
    });
  });
};
