import assert from "node:assert/strict";
import { type Contract, failsWith, failureOf, refuses, tasksOf } from "../suite.js";
import type * as pools from "../tasks/pools.js";
import type * as work from "../tasks/work.js";
import { occupying } from "./occupying.js";

/** Methods of a pool for a server: it gets ready, pauses and goes on, and ends without tasks that no worker has started. */
export const poolServing: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof work>(suite, "work");
  const helpers = tasksOf<typeof pools>(suite, "pools");
  const { Event, Pool, Queue, Value } = adapter;
  const occupy = occupying(suite, "runUntil");

  describe("Pool.ready", () => {
    it("starts as many workers as are to be kept, whose initializers have run then, and counts as no task", async () => {
      for (const [options, workers] of [
        [{ size: 2 }, 2],
        [{ size: 3, minSize: 1 }, 1],
        [{ size: 2, minSize: 0 }, 1],
        [{ size: 2, maxTasksPerWorker: 1 }, 2],
      ] as const) {
        const prepared = new Value("i32");
        const pool = new Pool({ ...options, initializer: helpers.prepare, initArgs: [prepared, "ready"] });
        await pool.ready();
        assert.equal(prepared.value, workers);
        await pool.ready();
        const { completed, failed, respawned, runTime } = pool.stats;
        assert.deepEqual([pool.running, pool.queued, completed, failed, respawned, runTime.count], [0, 0, 0, 0, 0, 0]);
        assert.equal(await pool.run(helpers.prepared), "ready");
        assert.equal(prepared.value, workers);
        await pool.close();
        assert.equal(pool.stats.completed, 1);
      }
    });

    it("waits for workers that serve tasks already, or get ready for them", async () => {
      const prepared = new Value("i32");
      const pool = new Pool({ size: 2, initializer: helpers.prepareLater, initArgs: [prepared, "ready"] });
      const first = pool.run(helpers.prepared);
      await Promise.all([pool.ready(), pool.ready()]);
      assert.deepEqual([await first, prepared.value], ["ready", 2]);
      await pool.close();
    });

    it("fails with what keeps a worker from getting ready, and can be asked again", async () => {
      const failing = new Pool({ size: 1, initializer: tasks.failWith, initArgs: ["no"], initializerRetries: 0 });
      const error = (await failureOf(() => failing.ready())) as Error;
      assert.deepEqual([error.name, error.message], ["RangeError", "no"]);
      assert.equal(((await failureOf(() => failing.ready())) as Error).message, "no");
      await failing.close();
      if (suite.capabilities.parallel === false) return;
      const exits = new Pool({ size: 1, initializer: tasks.exit, initArgs: [3], initializerRetries: 0 });
      await failsWith("HEDDLE_WORKER_CRASHED", () => exits.ready());
      await exits.close();
    });

    it("is waited for by a close, ended by terminate, and refused after them", async () => {
      const prepared = new Value("i32");
      const options = { size: 2, initializer: helpers.prepareLater, initArgs: [prepared, "ready"] } as const;
      const closed = new Pool(options);
      const ready = closed.ready();
      await closed.close();
      await ready;
      assert.equal(prepared.value, 2);
      await failsWith("HEDDLE_POOL_CLOSED", () => closed.ready());
      const terminated = new Pool({ size: 1, initializer: tasks.never });
      const starts = terminated.ready();
      const isRefused = failsWith("HEDDLE_POOL_CLOSED", () => starts);
      await terminated.terminate();
      await isRefused;
    });
  });

  describe("Pool.pause", () => {
    it("lets running tasks end, and starts no others until it is resumed, those that were sent ahead included", async () => {
      const pool = new Pool({ size: 1 });
      const order = new Queue<number>();
      const { done, letGo } = await occupy(pool);
      const before = [1, 2, 3].map((n) => pool.run(tasks.putItem, order, n));
      // Calls are sent at the end of a turn.
      await Promise.resolve();
      pool.pause();
      const after = pool.run(tasks.putItem, order, 4);
      const mapped = pool.map(tasks.half, [2, 4]);
      letGo();
      assert.equal(await done, "done");
      assert.deepEqual([pool.isPaused, pool.running, order.size], [true, 0, 0]);
      assert.ok(pool.queued >= 4);
      pool.resume();
      await Promise.all([...before, after]);
      assert.deepEqual(await mapped, [1, 2]);
      assert.deepEqual([pool.isPaused, ...Array.from({ length: 4 }, () => order.getNowait())], [false, 1, 2, 3, 4]);
      await pool.close();
    });

    it("holds up a call that an idle worker could start, and a call that can be cancelled meanwhile", async () => {
      const pool = new Pool({ size: 1 });
      assert.equal(await pool.run(tasks.add, 1, 1), 2);
      pool.pause();
      pool.pause();
      const sum = pool.run(tasks.add, 2, 2);
      const cancelled = pool.submit(tasks.add, [3, 3]);
      assert.deepEqual([pool.queued, cancelled.state, cancelled.cancel("no more")], [2, "pending", true]);
      await assert.rejects(cancelled, (reason) => reason === "no more");
      pool.resume();
      assert.equal(await sum, 4);
      await pool.close();
    });

    it("ends with a close, which finishes what waits, and is refused after it", async () => {
      const pool = new Pool({ size: 1 });
      pool.pause();
      const sum = pool.run(tasks.add, 2, 2);
      const closed = pool.close();
      assert.equal(pool.isPaused, false);
      await failsWith("HEDDLE_POOL_CLOSED", () => pool.pause());
      pool.resume();
      assert.equal(await sum, 4);
      await closed;
    });
  });

  describe("close({ cancelQueued: true })", () => {
    it("finishes what runs, and rejects what no worker has started", async () => {
      const pool = new Pool({ name: "hasty", size: 1 });
      const order = new Queue<number>();
      const { done, letGo } = await occupy(pool);
      const queued = [1, 2, 3].map((n) => pool.submit(tasks.putItem, [order, n]));
      await Promise.resolve();
      const closed = pool.close({ cancelQueued: true });
      for (const future of queued) {
        const error = await failsWith("HEDDLE_POOL_CLOSED", () => future);
        assert.match(error.message, /^hasty was closed before this task had started$/);
        assert.equal(future.state, "rejected");
      }
      assert.deepEqual([pool.queued, pool.running], [0, 1]);
      letGo();
      assert.equal(await done, "done");
      await closed;
      assert.equal(order.size, 0);
      assert.deepEqual([pool.stats.completed, pool.stats.failed], [1, 3]);
    });

    it("may come after a close, and counts for a pool that is paused", async () => {
      const pool = new Pool({ size: 1 });
      pool.pause();
      // Nobody looks at it: its caller has closed the pool.
      void pool.submit(tasks.add, [1, 1]);
      const closed = pool.close({ cancelQueued: true });
      await closed;
      const other = new Pool({ size: 1 });
      const { done, letGo } = await occupy(other);
      const sum = other.run(tasks.add, 1, 1);
      const ends = [other.close(), other.close({ cancelQueued: true })];
      await failsWith("HEDDLE_POOL_CLOSED", () => sum);
      letGo();
      assert.equal(await done, "done");
      await Promise.all(ends);
    });

    it("ends a map that has begun, as soon as it has something to send", async () => {
      const pool = new Pool({ size: 1, maxQueue: 0 });
      const [started, go] = [new Event(), new Event()];
      const mapped = pool.map(tasks.runEachUntil, Array(20).fill([started, go]), { chunkSize: 1 });
      await started.wait();
      const closed = pool.close({ cancelQueued: true });
      go.set();
      await failsWith("HEDDLE_POOL_CLOSED", () => mapped);
      await closed;
      assert.equal(pool.stats.completed, 1);
    });

    it("is the one option of close", async () => {
      const pool = new Pool({ size: 1 });
      const wrong = (options: object) => () => Reflect.apply(pool.close, pool, [options]);
      await refuses({ unknown: wrong({ cancelQueue: true }) }, /cancelQueued/);
      await refuses({ type: wrong({ cancelQueued: 1 }) }, /cancelQueued is .*boolean/);
      assert.equal(await pool.run(tasks.add, 1, 1), 2);
      await pool.close();
    });
  });
};
