import assert from "node:assert/strict";
import { type Contract, failsWith, failureOf, tasksOf } from "../suite.js";
import type * as work from "../tasks/work.js";

/**
 * Memory is bounded by what is live. Every test of the suite checks that nothing is left over. These are about objects under way to a
 * worker that ends, or no longer wants them.
 */
export const leftovers: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof work>(suite, "work");
  const { Event, Lock, Pool, Queue, Value, Worker } = adapter;

  describe("nothing is left over", () => {
    it("of the arguments of a worker that is terminated before it takes them", async () => {
      for (let i = 0; i < 3; i++) {
        const worker = new Worker(tasks.echo, { args: [[new Lock(), new Queue()]] }).start();
        await worker.terminate();
      }
    });

    it("of the arguments of a worker that was never started, or could not be", async () => {
      const args: [unknown] = [[new Lock(), () => {}]];
      new Worker(tasks.echo, { args: [new Lock()] });
      await failsWith("HEDDLE_SEND", () => new Worker(tasks.echo, { args }).start());
    });

    it("of a result that nobody asks for, or that comes too late", async () => {
      const started = new Event();
      const go = new Event();
      const quiet = new Worker(tasks.echo, { args: [new Lock()] }).start();
      const late = new Worker(tasks.giveOnce, { args: [started, go, new Lock()] }).start();
      await started.wait();
      go.set();
      await late.terminate();
      await quiet.join();
    });

    it("of a reason to cancel that the worker does not hear of any more", async () => {
      const started = new Event();
      const worker = new Worker(tasks.runUntilSync, { args: [started, new Event()] }).start();
      await started.wait();
      worker.cancel(new Lock());
      await worker.terminate();
    });

    it("of what sits in a queue that nobody holds any more", async () => {
      const queue = new Queue<unknown>();
      for (let i = 0; i < 100; i++) queue.putNowait({ lock: new Lock(), text: "x".repeat(1000) });
      const inner = new Queue<unknown>();
      inner.putNowait(new Lock());
      queue.putNowait(inner);
      assert.equal(queue.size, 101);
    });

    it("of queues one within another, however deep", async () => {
      for (const Kind of [Queue, adapter.LifoQueue, adapter.PriorityQueue]) {
        let outer = new Kind<unknown>();
        for (let depth = 0; depth < 1000; depth++) {
          const around = new Kind<unknown>();
          around.putNowait(outer);
          outer = around;
        }
      }
    });

    it("of calls that a pool's worker had before it when it ended", async () => {
      const pool = new Pool({ size: 1 });
      // Short calls first, so that the pool sends ahead.
      await Promise.all(Array.from({ length: 200 }, () => pool.run(tasks.nothing)));
      const started = new Event();
      const long = failureOf(() => pool.run(tasks.runUntilSync, started, new Event()));
      const behind = Array.from({ length: 50 }, () => failureOf(() => pool.run(tasks.echo, new Lock())));
      await started.wait();
      await pool.terminate();
      await Promise.all([long, ...behind]);
    });

    it("of the answers of a pool that is terminated meanwhile", async () => {
      const pool = new Pool({ size: 1 });
      const answered = Array.from({ length: 50 }, () => pool.run(tasks.echo, new Lock()));
      const ends = Promise.allSettled(answered);
      const started = new Event();
      const long = failureOf(() => pool.run(tasks.runUntilSync, started, new Event()));
      await started.wait();
      await pool.terminate();
      await Promise.all([ends, long]);
    });

    it("of the arguments of a call that is cancelled, or whose task is not found", async () => {
      const pool = new Pool({ size: 1 });
      const missing = tasksOf<{ missing(lock: object): void }>(suite, "work");
      await failsWith("HEDDLE_TASK_NOT_FOUND", () => pool.run(missing.missing, new Lock()));
      await failsWith("HEDDLE_WORKER_CRASHED", () => pool.run(tasks.exit, 1));
      const started = new Event();
      const go = new Event();
      const long = pool.run(tasks.runUntilSync, started, go);
      const cancelled = pool.submit(tasks.echo, [new Lock()]);
      cancelled.cancel();
      await failureOf(() => cancelled);
      go.set();
      await long;
      await pool.close();
    });

    it("of an error that carries objects", async () => {
      const pool = new Pool({ size: 1 });
      const error = Object.assign(new Error("tangled"), { lock: new Lock() });
      const back = (await failureOf(() => pool.run(tasks.fail, error))) as typeof error;
      assert.equal(back.lock, error.lock);
      await pool.close();
      const worker = new Worker(tasks.fail, { args: [error] }).start();
      assert.equal(((await failureOf(() => worker.result)) as typeof error).lock, error.lock);
      await worker.join();
    });

    it("of an object that went to and fro many times, and of its lock", async () => {
      const pool = new Pool({ size: 2 });
      const value = new Value("i32");
      await value.lock.run(() => {});
      for (let i = 0; i < 100; i++) assert.equal(await pool.run(tasks.echo, value), value);
      await pool.close();
    });
  });
};
