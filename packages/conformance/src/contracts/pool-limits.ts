import assert from "node:assert/strict";
import { type Contract, failsWith, failureOf, heedless, tasksOf, until } from "../suite.js";
import type * as pools from "../tasks/pools.js";
import type * as work from "../tasks/work.js";
import { occupying } from "./occupying.js";

/** How many tasks may wait, in which order they run and for how long, and what a pool tells of that. */
export const poolLimits: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof work>(suite, "work");
  const helpers = tasksOf<typeof pools>(suite, "pools");
  const { Pool } = adapter;
  const { url } = adapter.adapter;
  const occupy = occupying(suite, "runUntilSync");

  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  describe("maxQueue", () => {
    it("no more may wait: run and submit are refused, until there is room again", async () => {
      const pool = new Pool({ size: 1, maxQueue: 2 });
      const { done, letGo } = await occupy(pool);
      const first = pool.submit(tasks.add, [1, 1]);
      const second = pool.run(tasks.add, 2, 2);
      await failsWith("HEDDLE_QUEUE_FULL", () => pool.run(tasks.add, 3, 3));
      const refused = pool.submit(tasks.add, [3, 3]);
      await failsWith("HEDDLE_QUEUE_FULL", () => refused);
      assert.deepEqual([refused.state, refused.cancel(), pool.queued], ["rejected", false, 2]);
      assert.equal(first.cancel("no more"), true);
      assert.equal(await failureOf(() => first), "no more");
      const third = pool.run(tasks.add, 3, 3);
      await failsWith("HEDDLE_QUEUE_FULL", () => pool.run(tasks.add, 4, 4));
      letGo();
      assert.deepEqual([await done, await second, await third, await pool.run(tasks.add, 4, 4)], ["done", 4, 6, 8]);
      await pool.close();
    });

    it("none need wait where a worker is free, even if none may", async () => {
      const pool = new Pool({ size: 2, maxQueue: 0 });
      const both = [pool.run(tasks.add, 1, 1), pool.run(tasks.add, 2, 2)];
      await failsWith("HEDDLE_QUEUE_FULL", () => pool.run(tasks.add, 3, 3));
      assert.deepEqual(await Promise.all(both), [2, 4]);
      await pool.close();
    });

    it("a map waits for room", async () => {
      const pool = new Pool({ size: 2, maxQueue: 1 });
      const items = Array.from({ length: 40 }, (_, i) => i);
      let most = 0;
      const onProgress = (): void => {
        // In this order: one that a worker starts between the two looks is then missed, and not counted twice.
        most = Math.max(most, pool.running + pool.queued);
      };
      async function* later(): AsyncGenerator<number> {
        yield* items;
      }
      const options = { chunkSize: 1, onProgress };
      const halves = items.map((n) => n / 2);
      assert.deepEqual(
        await Promise.all([pool.map(tasks.half, items, options), pool.map(tasks.half, later(), options)]),
        [halves, halves],
      );
      assert.ok(most > 0 && most <= 3, `${most} tasks were under way at once`);
      await pool.close();
    });

    it("a call that waits for room takes it one at a time, in the order of asking", async () => {
      const pool = new Pool({ size: 1, maxQueue: 0 });
      const busy = await occupy(pool);
      const [started, first, last] = [new adapter.Event(), new adapter.Event(), new adapter.Event()];
      const map = pool.map(tasks.runEachUntil, [[started, first] as const], { chunkSize: 1 });
      const stream = pool.imap(tasks.runEachUntil, [[started, last] as const]).next();
      busy.letGo();
      await started.wait();
      assert.deepEqual([pool.running, pool.queued], [1, 0]);
      first.set();
      assert.deepEqual(await map, ["done"]);
      last.set();
      assert.deepEqual(await stream, { done: false, value: "done" });
      await pool.close();
    });

    it("a map that has begun, and waits for room or for its source, is finished by close; terminate rejects it", async () => {
      const closed = new Pool({ size: 1, maxQueue: 0 });
      const busy = await occupy(closed);
      const halves = closed.map(tasks.half, [2, 4, 6], { chunkSize: 1 });
      const closing = closed.close();
      busy.letGo();
      assert.deepEqual(await halves, [1, 2, 3]);
      await closing;
      const reading = new Pool({ size: 1 });
      const go = new adapter.Event();
      async function* later(): AsyncGenerator<number> {
        await go.wait();
        yield 2;
      }
      const read = reading.map(tasks.half, later());
      const end = reading.close();
      go.set();
      assert.deepEqual(await read, [1]);
      await end;
      const ended = new Pool({ size: 1, maxQueue: 0 });
      const stuck = await occupy(ended);
      const failure = failsWith("HEDDLE_POOL_CLOSED", () => ended.map(tasks.half, [2, 4]));
      const alsoStuck = failsWith("HEDDLE_POOL_CLOSED", () => stuck.done);
      await ended.terminate();
      await Promise.all([failure, alsoStuck]);
    });
  });

  describe("priority", () => {
    it("higher ones run first, equal ones in the order of submission", async () => {
      const pool = new Pool({ size: 1 });
      const notes = new adapter.Queue<string>();
      const { letGo } = await occupy(pool);
      const priorities = [0, 0, 5, -1, 5, Number.POSITIVE_INFINITY, 0.5, -1];
      const runs = priorities.map((priority, i) => pool.submit(helpers.note, [notes, `${i}`], { priority }));
      letGo();
      await Promise.all(runs);
      assert.equal(drained(notes).join(" "), "5 2 4 6 0 1 3 7");
      await pool.close();
    });

    it("overtakes even what was sent ahead to a busy worker", async () => {
      const pool = new Pool({ size: 1 });
      // Short tasks make the pool send ahead.
      await Promise.all(Array.from({ length: 500 }, () => pool.run(tasks.nothing)));
      const notes = new adapter.Queue<string>();
      const { letGo } = await occupy(pool);
      const usual = Array.from({ length: 20 }, (_, i) => pool.run(helpers.note, notes, `${i}`));
      await turn();
      const urgent = pool.submit(helpers.note, [notes, "urgent"], { priority: 1 });
      await turn();
      letGo();
      await Promise.all([...usual, urgent]);
      assert.deepEqual(drained(notes), ["urgent", ...Array.from({ length: 20 }, (_, i) => `${i}`)]);
      await pool.close();
    });

    it("does not wait behind a busy worker while another one runs lower ones", async () => {
      const pool = new Pool({ size: 2 });
      const notes = new adapter.Queue<string>();
      const [busy, soonFree] = [await occupy(pool), await occupy(pool)];
      const runs = [1, 1, 0, 0, 0, 0, 0, 0].map((priority) =>
        pool.submit(helpers.note, [notes, `${priority}`], { priority }),
      );
      await turn();
      soonFree.letGo();
      await Promise.all(runs);
      assert.equal(drained(notes).join(""), "11000000");
      busy.letGo();
      await pool.close();
    });

    it("holds among many, some of which are cancelled", async () => {
      const pool = new Pool({ size: 1 });
      const notes = new adapter.Queue<string>();
      const { letGo } = await occupy(pool);
      const runs = Array.from({ length: 300 }, (_, i) => {
        const priority = (i * 7919) % 5;
        return { i, priority, future: pool.submit(helpers.note, [notes, `${i}`], { priority }) };
      });
      const isCancelled = (i: number): boolean => i % 3 !== 0;
      const outcomes = Promise.allSettled(runs.map(({ future }) => future));
      for (const { i, future } of runs) if (isCancelled(i)) assert.equal(future.cancel(), true);
      assert.equal(pool.queued, 100);
      letGo();
      await outcomes;
      const kept = runs.filter(({ i }) => !isCancelled(i)).sort((a, b) => b.priority - a.priority || a.i - b.i);
      assert.deepEqual(
        drained(notes),
        kept.map(({ i }) => `${i}`),
      );
      await pool.close();
    });
  });

  describe("timeout", () => {
    it("a task that runs for too long rejects; its signal aborts with the same, and its worker stays if it stops (parity 117)", async () => {
      const pool = new Pool({ name: "patient", size: 1 });
      const reasons = new adapter.Queue<Error>();
      const options = { timeout: 20, grace: Number.POSITIVE_INFINITY };
      const run = pool.submit(helpers.tellReason, [url, reasons], options);
      const error = await failsWith("HEDDLE_TIMEOUT", () => run);
      assert.match(error.message, /tellReason.* 20 ms/);
      assert.equal(run.state, "rejected");
      assert.equal((await reasons.get()).message, error.message);
      assert.equal((await pool.run(tasks.whoAmI, url)).name, "patient-1");
      assert.deepEqual([pool.stats.failed, pool.stats.respawned], [1, 0]);
      await pool.close();
    });

    it("a worker whose task does not stop in time is replaced, and what waited behind it runs", async () => {
      const pool = new Pool({ name: "strict", size: 1 });
      const started = new adapter.Event();
      const [endless, args] = heedless(suite, started);
      const stuck = failsWith("HEDDLE_TIMEOUT", () => pool.submit(endless, args, { timeout: 20, grace: 20 }));
      const waiting = Array.from({ length: 5 }, () => pool.run(tasks.whoAmI, url));
      await stuck;
      assert.deepEqual(
        (await Promise.all(waiting)).map(({ name }) => name),
        new Array(5).fill("strict-2"),
      );
      assert.equal(pool.stats.respawned, 1);
      await pool.close();
    });

    it("a worker whose task does not stop in time is killed while its pool closes, too", async () => {
      const pool = new Pool({ size: 1, stopTimeout: Number.POSITIVE_INFINITY });
      const [endless, args] = heedless(suite, new adapter.Event());
      await failsWith("HEDDLE_TIMEOUT", () => pool.submit(endless, args, { timeout: 20, grace: 100 }));
      // The worker's grace has begun, and its task goes on.
      await pool.close();
    });

    it("a task that waits cannot time out: its time begins when it starts", async () => {
      const pool = new Pool({ size: 1 });
      const { done, letGo } = await occupy(pool);
      const waiting = pool.submit(tasks.add, [1, 1], { timeout: 1, grace: 0 });
      await adapter.sleep(50);
      assert.deepEqual([waiting.state, waiting.cancel("enough")], ["pending", true]);
      assert.equal(await failureOf(() => waiting), "enough");
      letGo();
      assert.equal(await done, "done");
      await pool.close();
    });

    it("a task that ends in time leaves no timer behind", async () => {
      const pool = new Pool({ size: 1 });
      const timeout = 86_400_000;
      assert.equal(await pool.submit(tasks.add, [1, 1], { timeout }), 2);
      assert.equal(await pool.submit(tasks.half, [2], { timeout }), 1);
      await failureOf(() => pool.submit(tasks.failWith, ["boom"], { timeout }));
      await failsWith("HEDDLE_WORKER_CRASHED", () => pool.submit(tasks.exit, [1], { timeout }));
      assert.deepEqual(await pool.map(tasks.half, [2, 4], { timeout }), [1, 2]);
      assert.equal(pool.stats.respawned, 1);
      await pool.close();
    });

    it("with several tasks at once in the worker, those beside one that does not stop go down with it", async () => {
      const pool = new Pool({ size: 1, concurrency: 2 });
      const started = new adapter.Event();
      const beside = failsWith("HEDDLE_WORKER_CRASHED", () => pool.run(tasks.runUntil, started, new adapter.Event()));
      await started.wait();
      const stuck = failsWith("HEDDLE_TIMEOUT", () => pool.submit(tasks.never, [], { timeout: 10, grace: 10 }));
      const waiting = pool.run(tasks.add, 1, 1);
      assert.match((await beside).message, /replaced.*never did not stop/);
      await stuck;
      assert.equal(await waiting, 2);
      await pool.close();
    });

    it("holds for each chunk of a map, and for a task that ignores its abort", async () => {
      const pool = new Pool({ size: 1 });
      const limits = { timeout: 10, grace: 0 };
      await failsWith("HEDDLE_TIMEOUT", () =>
        pool.map(
          adapter.inline((_: number) => new Promise(() => {})),
          [1],
          limits,
        ),
      );
      const controller = new AbortController();
      const { signal } = controller;
      const [endless, args] = heedless(suite, new adapter.Event());
      const runs = pool.submit(endless, args, { timeout: 10, grace: 0, signal });
      const failure = failureOf(() => runs);
      await until(() => runs.state !== "pending", "it should run");
      controller.abort("enough");
      await failure;
      assert.equal(await pool.run(tasks.add, 1, 1), 2);
      assert.equal(pool.stats.respawned, 2);
      await pool.close();
    });
  });

  describe("the statistics of a pool", () => {
    it("count how tasks ended, how long they waited and how long they ran", async () => {
      const pool = new Pool({ size: 1 });
      const none = { count: 0, mean: 0, p50: 0, p99: 0, max: 0 };
      assert.deepEqual(pool.stats, {
        completed: 0,
        failed: 0,
        cancelled: 0,
        respawned: 0,
        waitTime: none,
        runTime: none,
        utilization: 0,
      });
      const { letGo } = await occupy(pool);
      const since = performance.now();
      const waited = pool.run(helpers.work, 5);
      const cancelled = failureOf(() => pool.submit(tasks.add, [1, 1], { signal: AbortSignal.timeout(1) }));
      await cancelled;
      await until(() => performance.now() - since > 5, "time should pass");
      letGo();
      await waited;
      await failureOf(() => pool.run(tasks.failWith, "boom"));
      const { completed, failed, waitTime, runTime, utilization, ...rest } = pool.stats;
      assert.deepEqual([completed, failed, rest], [2, 1, { cancelled: 1, respawned: 0 }]);
      assert.deepEqual([waitTime.count, runTime.count], [3, 3]);
      assert.ok(waitTime.max >= 5, `the longest wait took ${waitTime.max} ms`);
      assert.ok(runTime.max >= 5, `the longest run took ${runTime.max} ms`);
      for (const { mean, p50, p99, max } of [waitTime, runTime]) assert.ok(p50 <= p99 && p99 <= max && mean <= max);
      assert.ok(utilization > 0 && utilization <= 1, `the utilization was ${utilization}`);
      await pool.close();
    });
  });

  function drained(notes: { isEmpty: boolean; getNowait(): string }): string[] {
    const all: string[] = [];
    while (!notes.isEmpty) all.push(notes.getNowait());
    return all;
  }
};
