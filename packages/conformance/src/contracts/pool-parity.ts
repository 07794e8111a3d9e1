import assert from "node:assert/strict";
import { type Contract, failsWith, failureOf, heedless, tasksOf, until } from "../suite.js";
import type * as broken from "../tasks/broken.js";
import type * as exits from "../tasks/exits.js";
import type * as pools from "../tasks/pools.js";
import type * as work from "../tasks/work.js";

/** The behaviours of Python's pools and executors, and ours where those hang or lose work. */
export const poolParity: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof work>(suite, "work");
  const helpers = tasksOf<typeof pools>(suite, "pools");
  const { Pool } = adapter;
  const { url } = adapter.adapter;

  describe("a pool, as in Python", () => {
    it("a map gives results in order, in chunks of any size, and nothing for nothing (parity 113, 137)", async () => {
      const pool = new Pool({ size: 2 });
      const items = Array.from({ length: 100 }, (_, i) => i);
      const halves = items.map((n) => n / 2);
      for (const chunkSize of [1, 6, 20, 100, 150]) {
        assert.deepEqual(await pool.map(tasks.half, items, { chunkSize }), halves);
      }
      for (const chunkSize of [undefined, 20]) {
        const options = chunkSize === undefined ? {} : { chunkSize };
        assert.deepEqual(await pool.map(tasks.half, new Set<number>(), options), []);
        assert.deepEqual(await pool.map(tasks.half, (async function* () {})(), options), []);
      }
      assert.ok((await failureOf(() => pool.map(tasks.half, items, { chunkSize: -1 }))) instanceof RangeError);
      await pool.close();
    });

    it("an argument that cannot be sent fails its call alone (parity 115, 144)", async () => {
      const pool = new Pool({ size: 1 });
      const before = pool.run(tasks.add, 1, 1);
      await failsWith("HEDDLE_SEND", () => pool.run(tasks.echo, () => 1));
      await failsWith("HEDDLE_SEND", () => pool.submit(tasks.echo, [() => 1]));
      await failsWith("HEDDLE_SEND", () => pool.map(tasks.echo, [1, () => 1, 3], { chunkSize: 1 }));
      assert.deepEqual([await before, await pool.run(tasks.add, 2, 2)], [2, 4]);
      await pool.close();
    });

    it("terminate ends thousands of tasks at once, running or not (parity 120, 139)", async () => {
      const pool = new Pool({ size: 2 });
      const started = new adapter.Event();
      const [endless, args] = heedless(suite, started);
      const goesOn = failsWith("HEDDLE_POOL_CLOSED", () => pool.run(endless, ...args));
      const runs = Array.from({ length: 10_000 }, () => failureOf(() => pool.run(tasks.never)));
      await started.wait();
      await pool.terminate();
      await goesOn;
      const codes = (await Promise.all(runs)).map((error) => Reflect.get(Object(error), "code"));
      assert.deepEqual(new Set(codes), new Set(["HEDDLE_POOL_CLOSED"]));
      assert.deepEqual([pool.queued, pool.running], [0, 0]);
    });

    it("terminate has nothing to do before the first task, nor after the end (parity 139)", async () => {
      const pool = new Pool({ size: 2 });
      await pool.terminate();
      await pool.terminate();
      await pool.close();
      await failsWith("HEDDLE_POOL_CLOSED", () => pool.run(tasks.add, 1, 1));
      const starting = new Pool({ size: 1 });
      const run = failsWith("HEDDLE_POOL_CLOSED", () => starting.run(tasks.add, 1, 1));
      await turn();
      await Promise.all([starting.terminate(), starting.terminate(), starting.close(), run]);
    });

    it("after its block a pool takes nothing, and may be left again (parity 121, 141)", async () => {
      const pool = new Pool({ size: 1 });
      await pool[Symbol.asyncDispose]();
      await pool[Symbol.asyncDispose]();
      await failsWith("HEDDLE_POOL_CLOSED", () => pool.map(tasks.half, [1]));
      await failsWith("HEDDLE_POOL_CLOSED", () => pool.run(tasks.half, 1));
    });

    it("an error arrives as what it was, with where it comes from; a source's own error untouched (parity 122, 137)", async () => {
      const pool = new Pool({ name: "tracing", size: 1 });
      const error = (await failureOf(() => pool.run(tasks.failWith, "boom"))) as RangeError & { detail: unknown };
      assert.deepEqual([error.constructor, error.message, error.detail], [RangeError, "boom", { n: 1n }]);
      assert.ok(error.cause instanceof TypeError);
      assert.match(error.stack ?? "", /failWith[\s\S]*tracing-1[\s\S]*pool-parity|failWith[\s\S]*tracing-1/);
      const own = new Error("the source ran dry");
      function* source(): Generator<number> {
        yield 1;
        throw own;
      }
      const stack = own.stack;
      assert.equal(await failureOf(() => pool.map(tasks.half, source())), own);
      assert.equal(own.stack, stack);
      await pool.close();
    });

    it("a result that cannot be sent fails its task, and its worker lives on (parity 124)", async () => {
      const pool = new Pool({ name: "lasting", size: 1 });
      for (let round = 0; round < 20; round++) await failsWith("HEDDLE_SEND", () => pool.run(tasks.unsendable));
      assert.equal((await pool.run(tasks.whoAmI, url)).name, "lasting-1");
      assert.deepEqual([pool.stats.failed, pool.stats.respawned], [20, 0]);
      await pool.close();
    });

    it("arguments arrive as they are; a function that is no task is refused (parity 128)", async () => {
      const pool = new Pool({ size: 1 });
      const args = [{ self: 1, fn: 2, task: 3 }, undefined, null];
      assert.deepEqual(await pool.submit(tasks.echoAll, args), args);
      for (const wrong of [undefined, null, "add", (): number => 1]) {
        assert.ok((await failureOf(() => pool.run(wrong as never))) instanceof TypeError);
        assert.ok((await failureOf(() => pool.submit(wrong as never, []))) instanceof TypeError);
        assert.ok((await failureOf(() => pool.map(wrong as never, []))) instanceof TypeError);
      }
      await pool.close();
    });

    it("work that comes one by one needs one worker (parity 134)", async () => {
      const pool = new Pool({ size: 4 });
      const names = new Set<string>();
      for (let i = 0; i < 10; i++) names.add((await pool.run(tasks.whoAmI, url)).name);
      assert.equal(names.size, 1);
      await pool.close();
    });

    it("a map runs whether or not anybody waits for it (parity 135, 143)", async () => {
      const pool = new Pool({ size: 2 });
      const counter = new adapter.Value("i32");
      const count = adapter.inline((value: { add(n: number): number }) => value.add(1));
      void pool.map(count, new Array(10).fill(counter), { chunkSize: 3 });
      await until(() => counter.value === 10, "all of them should run");
      for (let i = 0; i < 10; i++) void pool.run(tasks.mark, counter, i);
      await pool.close();
      assert.equal(counter.value, 20);
    });

    it("work that was handed in is done though the worker that did so has nothing else to do (parity 141, 143)", async () => {
      const counter = new adapter.Value("i32");
      const args = [url, tasks.mark.ref.module, counter, 20] as const;
      const worker = new adapter.Worker(helpers.leaveWork, { args: [...args] }).start();
      await worker.join();
      assert.equal(counter.value, 20);
    });

    it("tasks cancelled in bulk end as cancelled, running ones end as they do, and close ends (parity 142)", async () => {
      const pool = new Pool({ size: 2 });
      const started = [new adapter.Event(), new adapter.Event()];
      const go = new adapter.Event();
      const running = started.map((event) => pool.submit(tasks.runUntil, [event, go]));
      await Promise.all(started.map((event) => event.wait()));
      const waiting = Array.from({ length: 50 }, (_, i) => pool.submit(tasks.add, [i, i]));
      const outcomes = Promise.allSettled(waiting);
      assert.ok(waiting.every((future) => future.cancel()));
      assert.ok(running.every((future) => !future.cancel()));
      go.set();
      await pool.close();
      await outcomes;
      assert.deepEqual(new Set(waiting.map(({ state }) => state)), new Set(["cancelled"]));
      assert.deepEqual(await Promise.all(running), ["done", "done"]);
      assert.deepEqual([pool.stats.cancelled, pool.stats.completed], [50, 2]);
    });

    it("a task that cannot be loaded, or ends who loads it, fails alone (parity 137, 144)", async () => {
      const pool = new Pool({ size: 1 });
      const { unreachable } = tasksOf<typeof broken>(suite, "broken");
      const { unreachable: deadly } = tasksOf<typeof exits>(suite, "exits");
      const lost = failsWith("HEDDLE_TASK_NOT_FOUND", () => pool.run(unreachable));
      const dead = failsWith("HEDDLE_WORKER_CRASHED", () => pool.run(deadly));
      const behind = Array.from({ length: 10 }, (_, i) => pool.run(tasks.add, i, 0));
      await Promise.all([lost, dead]);
      assert.deepEqual(await Promise.all(behind), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      assert.equal(pool.stats.respawned, 1);
      await pool.close();
    });

    it("a crash while much is on its way, or while the pool closes, hangs nobody (parity 137, 147)", async () => {
      const large = "x".repeat(1_000_000);
      for (const isClosing of [false, true]) {
        const pool = new Pool({ size: 1 });
        const exit = failsWith("HEDDLE_WORKER_CRASHED", () => pool.run(tasks.exit, 1));
        const echoes = [pool.run(tasks.echo, large), pool.run(tasks.echo, large)];
        const closing = isClosing ? pool.close() : undefined;
        await exit;
        assert.ok((await Promise.all(echoes)).every((echo) => echo === large));
        await closing;
        await pool.close();
      }
    });
  });

  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
};
