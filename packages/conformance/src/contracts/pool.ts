import assert from "node:assert/strict";
import { type Contract, failsWith, failureOf, tasksOf, until, untilWaiting } from "../suite.js";
import type * as work from "../tasks/work.js";

/** A pool runs what it is given once each, survives its workers, and tells everybody how it went. */
export const pool: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof work>(suite, "work");
  const { Pool } = adapter;

  describe("Pool", () => {
    it("an answer does not wait for the task after it, even if that one was always quick and blocks now", async () => {
      const pool = new Pool({ size: 1 });
      const [started, go, blocksNow] = [new adapter.Event(), new adapter.Event(), new adapter.Event()];
      go.set();
      for (let n = 0; n < 3; n++) {
        await Promise.all([pool.run(tasks.echo, n), pool.run(tasks.runUntilSync, started, go)]);
      }
      const answer = pool.run(tasks.echo, "answer");
      const blocked = pool.run(tasks.runUntilSync, started, blocksNow);
      assert.equal(await answer, "answer");
      blocksNow.set();
      assert.equal(await blocked, "done");
      await pool.close();
    });

    it("runs tasks and gives what they return", async () => {
      const pool = new Pool({ size: 2 });
      assert.deepEqual([pool.size, pool.queued, pool.running], [2, 0, 0]);
      assert.equal(await pool.run(tasks.add, 1, 2), 3);
      assert.equal(await pool.run(tasks.half, 5), 2.5);
      assert.equal(await pool.run(tasks.nothing), undefined);
      await pool.close();
    });

    it("runs many tasks at once, and gives each caller its own result", async () => {
      const pool = new Pool({ size: 2 });
      const count = 5000;
      const sums = await Promise.all(Array.from({ length: count }, (_, i) => pool.run(tasks.add, i, 1)));
      assert.deepEqual(
        sums,
        Array.from({ length: count }, (_, i) => i + 1),
      );
      await pool.close();
    });

    it("carries arguments and results larger than its rings", async () => {
      const pool = new Pool({ size: 2 });
      const large = "x".repeat(1_000_000);
      const [a, b, c] = await Promise.all([
        pool.run(tasks.echo, large),
        pool.run(tasks.echo, new Uint8Array(700_000).fill(7)),
        pool.run(tasks.echo, 5),
      ]);
      assert.deepEqual([a === large, (b as Uint8Array).every((byte) => byte === 7), c], [true, true, 5]);
      await pool.close();
    });

    it("uses as many workers as it may, and no more", async () => {
      const pool = new Pool({ size: 2 });
      const started = Array.from({ length: 3 }, () => new adapter.Event());
      const go = new adapter.Event();
      const runs = started.map((event) => pool.submit(tasks.runUntilSync, [event, go]));
      await Promise.all([started[0]?.wait(), started[1]?.wait()]);
      assert.deepEqual([pool.running, pool.queued, started[2]?.isSet], [2, 1, false]);
      assert.deepEqual(
        runs.map(({ state }) => state),
        ["running", "running", "pending"],
      );
      go.set();
      assert.deepEqual(await Promise.all(runs), ["done", "done", "done"]);
      assert.deepEqual([pool.running, pool.queued, runs[0]?.state], [0, 0, "fulfilled"]);
      await pool.close();
    });

    it("an idle worker begins a call while the caller's turn goes on", async () => {
      const pool = new Pool({ size: 1 });
      await pool.run(tasks.nothing);
      const [started, go] = [new adapter.Event(), new adapter.Event()];
      go.set();
      const run = pool.run(tasks.runUntilSync, started, go);
      // The caller computes: its event loop has no turn, and it does not wait. The limit is for the case that the test fails.
      for (const limit = Date.now() + 20_000; !started.isSet && Date.now() < limit; );
      assert.equal(started.isSet, true);
      assert.equal(await run, "done");
      await pool.close();
    });

    it("all calls of a turn are sent, also if the first one of them was sent at once", async () => {
      const pool = new Pool({ size: 2 });
      const [one, other] = [new adapter.Event(), new adapter.Event()];
      // Both workers have served.
      await Promise.all([pool.run(tasks.runUntilSync, one, other), pool.run(tasks.runUntilSync, other, one)]);
      one.clear();
      other.clear();
      const both = [pool.run(tasks.runUntilSync, one, other), pool.run(tasks.runUntilSync, other, one)];
      assert.deepEqual(await Promise.all(both), ["done", "done"]);
      await pool.close();
    });

    it("an idle worker takes over what waits behind a task that takes long", async () => {
      const pool = new Pool({ size: 2 });
      // Short tasks make the pool send ahead; then a long one sits before some of them.
      await Promise.all(Array.from({ length: 500 }, () => pool.run(tasks.nothing)));
      const started = new adapter.Event();
      const go = new adapter.Event();
      const long = pool.run(tasks.runUntilSync, started, go);
      const short = Array.from({ length: 100 }, (_, i) => pool.run(tasks.add, i, 0));
      await Promise.all(short);
      assert.equal(go.isSet, false);
      go.set();
      assert.equal(await long, "done");
      await pool.close();
    });

    it("a task that fails fails alone", async () => {
      const pool = new Pool({ size: 1 });
      const runs = await Promise.allSettled([
        pool.run(tasks.add, 1, 1),
        pool.run(tasks.failWith, "boom"),
        pool.run(tasks.add, 2, 2),
      ]);
      assert.deepEqual(
        runs.map(({ status }) => status),
        ["fulfilled", "rejected", "fulfilled"],
      );
      await pool.close();
    });

    it("a worker that ends fails the task that it ran, and is replaced", async () => {
      const pool = new Pool({ size: 1 });
      const exit = pool.submit(tasks.exit, [7]);
      const after = Array.from({ length: 10 }, (_, i) => pool.run(tasks.add, i, 1));
      const error = await failsWith("HEDDLE_WORKER_CRASHED", () => exit);
      assert.deepEqual([Reflect.get(error, "exitCode"), exit.state], [7, "rejected"]);
      assert.deepEqual(await Promise.all(after), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      const crash = await failsWith("HEDDLE_WORKER_CRASHED", () => pool.run(tasks.failLater));
      assert.match(String(crash.cause), /later/);
      assert.equal(await pool.run(tasks.add, 1, 1), 2);
      await pool.close();
    });

    it("tasks before the one that ended the worker keep their results", async () => {
      const pool = new Pool({ size: 1 });
      const before = Array.from({ length: 5 }, (_, i) => pool.run(tasks.add, i, 0));
      const exit = failsWith("HEDDLE_WORKER_CRASHED", () => pool.run(tasks.exit, 1));
      assert.deepEqual(await Promise.all(before), [0, 1, 2, 3, 4]);
      await exit;
      await pool.close();
    });
  });

  describe("Future", () => {
    it("cancelled before it starts, a task never runs", async () => {
      const pool = new Pool({ size: 1 });
      const started = new adapter.Event();
      const go = new adapter.Event();
      const counter = new adapter.Value("i32");
      const long = pool.run(tasks.runUntilSync, started, go);
      const cancelled = pool.submit(tasks.mark, [counter, 1]);
      const kept = pool.submit(tasks.mark, [counter, 2]);
      await started.wait();
      assert.equal(cancelled.cancel("enough"), true);
      assert.equal(cancelled.cancel("again"), false);
      assert.deepEqual([cancelled.state, await failureOf(() => cancelled)], ["cancelled", "enough"]);
      go.set();
      assert.deepEqual([await kept, await long, counter.value], [2, "done", 1]);
      assert.equal(kept.cancel(), false);
      await pool.close();
    });

    it("cancelled while it runs, a task is asked to stop and decides itself", async () => {
      const pool = new Pool({ size: 1 });
      const started = new adapter.Event();
      const future = pool.submit(tasks.untilCancelled, [adapter.adapter.url, started]);
      await started.wait();
      assert.equal(future.state, "running");
      assert.equal(future.cancel("enough"), false);
      assert.equal(await future, "enough");
      assert.equal(future.state, "fulfilled");
      await pool.close();
    });

    it("a signal that aborts rejects at once: before, while queued, and while running", async () => {
      const pool = new Pool({ size: 1 });
      const started = new adapter.Event();
      const { url } = adapter.adapter;
      const signal = AbortSignal.abort("before");
      assert.equal(await failureOf(() => pool.submit(tasks.add, [1, 1], { signal })), "before");
      const running = new AbortController();
      const queued = new AbortController();
      const runs = failureOf(() => pool.submit(tasks.untilCancelled, [url, started], { signal: running.signal }));
      const waits = failureOf(() => pool.submit(tasks.add, [1, 1], { signal: queued.signal }));
      await started.wait();
      queued.abort("while queued");
      assert.equal(await waits, "while queued");
      running.abort("while running");
      assert.equal(await runs, "while running");
      assert.equal(await pool.run(tasks.add, 1, 2), 3);
      await pool.close();
    });
  });

  describe("Pool.map", () => {
    it("gives results in the order of the items, of whatever kind of iterable", async () => {
      const pool = new Pool({ size: 2 });
      const items = Array.from({ length: 103 }, (_, i) => i);
      const halves = items.map((n) => n / 2);
      assert.deepEqual(await pool.map(tasks.half, items), halves);
      assert.deepEqual(await pool.map(tasks.half, new Set(items), { chunkSize: 10 }), halves);
      async function* later(): AsyncGenerator<number> {
        yield* items;
      }
      assert.deepEqual(await pool.map(tasks.half, later()), halves);
      assert.deepEqual(await pool.map(tasks.half, []), []);
      await pool.close();
    });

    it("tells how far it has come", async () => {
      const pool = new Pool({ size: 2 });
      const heard: [number, number | undefined][] = [];
      const onProgress = (done: number, total: number | undefined): void => void heard.push([done, total]);
      await pool.map(tasks.half, [1, 2, 3, 4, 5], { chunkSize: 2, onProgress });
      assert.deepEqual([heard.length, heard.at(-1)], [3, [5, 5]]);
      assert.ok(heard.every(([done], i) => i === 0 || done > (heard[i - 1]?.[0] ?? 0)));
      await pool.close();
    });

    it("the first failure rejects, and what has not started never does", async () => {
      const pool = new Pool({ size: 1 });
      const items = [1, 2, -3, ...new Array(200).fill(4)];
      const error = await failureOf(() => pool.map(tasks.failUnless, items, { chunkSize: 1 }));
      assert.equal((error as Error).message, "item -3");
      const started = new adapter.Event();
      const go = new adapter.Event();
      const long = pool.run(tasks.runUntilSync, started, go);
      await started.wait();
      const controller = new AbortController();
      const counter = new adapter.Value("i32");
      const marked = failureOf(() =>
        pool.map(
          adapter.inline((value: { add(n: number): number }) => value.add(1)),
          [counter, counter, counter],
          {
            chunkSize: 1,
            signal: controller.signal,
          },
        ),
      );
      await until(() => pool.queued === 3, "three chunks should wait");
      controller.abort("enough");
      assert.equal(await marked, "enough");
      go.set();
      await long;
      await pool.close();
      assert.equal(counter.value, 0);
    });
  });

  describe("the end of a pool", () => {
    it("close finishes what was submitted, takes nothing more, and may be called again", async () => {
      const pool = new Pool({ size: 2 });
      const runs = Array.from({ length: 50 }, (_, i) => pool.run(tasks.half, i));
      const closing = pool.close();
      await failsWith("HEDDLE_POOL_CLOSED", () => pool.run(tasks.add, 1, 1));
      await failsWith("HEDDLE_POOL_CLOSED", () => pool.submit(tasks.add, [1, 1]));
      await failsWith("HEDDLE_POOL_CLOSED", () => pool.map(tasks.half, [1]));
      await closing;
      assert.equal((await Promise.all(runs)).length, 50);
      await pool.close();
      await pool.terminate();
      await new Pool({ size: 1 }).close();
    });

    it("terminate rejects everything unfinished, running or not", async () => {
      const pool = new Pool({ size: 1 });
      const started = new adapter.Event();
      const runs = [
        pool.submit(tasks.runUntilSync, [started, new adapter.Event()]),
        pool.submit(tasks.add, [1, 1]),
      ].map((run) => failsWith("HEDDLE_POOL_CLOSED", () => run));
      await started.wait();
      await pool.terminate();
      await Promise.all(runs);
      await failsWith("HEDDLE_POOL_CLOSED", () => pool.run(tasks.add, 1, 1));
    });

    it("leaving its block closes it", async () => {
      const pool = new Pool({ size: 1 });
      const run = pool.run(tasks.half, 4);
      await pool[Symbol.asyncDispose]();
      assert.equal(await run, 2);
    });

    it("wrong options are refused at once", async () => {
      for (const size of [0, -1, 1.5, Number.NaN]) assert.throws(() => new Pool({ size }), RangeError);
      const pool = new Pool({ size: 1 });
      assert.ok((await failureOf(() => pool.map(tasks.half, [1], { chunkSize: 0 }))) instanceof RangeError);
      assert.ok((await failureOf(() => pool.submit(tasks.add, 5 as never))) instanceof TypeError);
      await pool.close();
    });
  });

  describe("a pool and the primitives", () => {
    it("a task that is killed gives up its place in every line, and its locks", async () => {
      const pool = new Pool({ size: 1 });
      const queue = new adapter.Queue();
      const run = failsWith("HEDDLE_POOL_CLOSED", () => pool.run(tasks.drain, queue));
      await untilWaiting(suite, queue, 1);
      await pool.terminate();
      await run;
      assert.equal(adapter.waiting(queue), 0);
      queue.putNowait("kept");
      assert.equal(queue.getNowait(), "kept");
    });
  });
};
