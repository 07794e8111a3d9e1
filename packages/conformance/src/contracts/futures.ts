import assert from "node:assert/strict";
import type { Future } from "@heddle/core";
import { all } from "../source.js";
import { type Contract, failsWith, failureOf, tasksOf } from "../suite.js";
import type * as streams from "../tasks/streams.js";
import type * as work from "../tasks/work.js";

/** The state of a future's task, and how to wait for several futures. */
export const futures: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof work>(suite, "work");
  const { gated, heed, throwIt } = tasksOf<typeof streams>(suite, "streams");
  const { Pool, wait, asCompleted } = adapter;
  type AnyPool = InstanceType<typeof Pool>;

  /** A task that runs until it is let go, and a future of it once it does. */
  const running = async (pool: AnyPool, n: number) => {
    const gate = { n, started: new adapter.Event(), go: new adapter.Event() };
    const future = pool.submit(gated, [gate]);
    await gate.started.wait();
    return { future, go: () => gate.go.set() };
  };
  const heeding = async (pool: AnyPool) => {
    const [started, stopped] = [new adapter.Event(), new adapter.Event()];
    const future = pool.submit(heed, [{ adapter: adapter.adapter.url, started, stopped }]);
    await started.wait();
    return { future, stopped };
  };
  describe("Future", () => {
    it("tells everybody who asked, before or after its end, though one of them fails (parity 148)", async () => {
      const pool = new Pool({ size: 1 });
      const heard: unknown[] = [];
      const future = pool.submit(tasks.add, [1, 1]);
      const failing = future.then(() => {
        throw new Error("cannot hear");
      });
      future.then((value) => heard.push(value));
      assert.equal(((await failureOf(() => failing)) as Error).message, "cannot hear");
      await future.then((value) => heard.push(value));
      const error = pool.submit(throwIt, [["boom"]]);
      await error.catch((thrown: unknown) => heard.push(thrown));
      const { future: busy, go } = await running(pool, 5);
      const cancelled = pool.submit(tasks.add, [1, 1]);
      cancelled.catch((reason: unknown) => heard.push(reason));
      cancelled.cancel("enough");
      go();
      await busy;
      assert.deepEqual(heard, [2, 2, "boom", "enough"]);
      await pool.close();
    });

    it("can be cancelled while it is pending, and in no other state; cancelled it stays (parity 149)", async () => {
      const pool = new Pool({ size: 1 });
      const fulfilled = pool.submit(tasks.add, [1, 1]);
      const rejected = pool.submit(tasks.fail, ["boom"]);
      await wait<unknown>([fulfilled, rejected]);
      const { future: runs, go } = await running(pool, 1);
      const pending = pool.submit(tasks.add, [1, 1]);
      const all = [fulfilled, rejected, runs, pending];
      const states = () => all.map(({ state }) => state);
      assert.deepEqual(states(), ["fulfilled", "rejected", "running", "pending"]);
      assert.deepEqual(
        all.map((future) => future.cancel("enough")),
        [false, false, false, true],
      );
      go();
      assert.equal(await failureOf(() => pending), "enough");
      assert.equal(await runs, 1);
      assert.deepEqual(states(), ["fulfilled", "rejected", "fulfilled", "cancelled"]);
      assert.equal(await fulfilled, 2);
      await pool.close();
    });

    it("is cancelled when its task stops because it was asked to, and rejects with the very reason", async () => {
      const pool = new Pool({ size: 1 });
      const { future, stopped } = await heeding(pool);
      const reason = { why: "enough" };
      assert.equal(future.cancel(reason), false);
      assert.equal(await failureOf(() => future), reason);
      assert.deepEqual([future.state, stopped.isSet], ["cancelled", true]);
      await pool.close();
    });

    it("of several outcomes the first one stays (parity 151)", async () => {
      const pool = new Pool({ size: 1 });
      const controller = new AbortController();
      const gate = { n: 1, started: new adapter.Event(), go: new adapter.Event() };
      const future = pool.submit(gated, [gate], { signal: controller.signal });
      await gate.started.wait();
      controller.abort("enough");
      gate.go.set();
      assert.equal(await failureOf(() => future), "enough");
      await pool.close();
      assert.deepEqual([future.state, await failureOf(() => future)], ["cancelled", "enough"]);
    });
  });

  describe("wait", () => {
    it("gives up at its timeout without an error, and a cancel wakes it (parity 150)", async () => {
      const pool = new Pool({ size: 1 });
      const { future: runs, go } = await running(pool, 1);
      const pending = pool.submit(tasks.add, [1, 1]);
      for (const timeout of [0, 1]) {
        assert.deepEqual(await wait([runs, pending], { timeout }), {
          done: new Set(),
          pending: new Set([runs, pending]),
        });
      }
      const waiting = wait([pending]);
      pending.cancel();
      assert.match(String(await failureOf(() => pending)), /^AbortError: add was cancelled$/);
      assert.deepEqual(await waiting, { done: new Set([pending]), pending: new Set() });
      assert.deepEqual(await wait([runs, pending], { timeout: 0 }), {
        done: new Set([pending]),
        pending: new Set([runs]),
      });
      go();
      await pool.close();
    });

    it("for all, each counted once; for none, not at all (parity 152)", async () => {
      const pool = new Pool({ size: 2 });
      const [good, bad] = [pool.submit(tasks.add, [1, 1]), pool.submit(tasks.fail, ["boom"])] as const;
      const { done, pending } = await wait<unknown>([good, bad, good, bad]);
      assert.deepEqual([[...done], pending.size], [[good, bad], 0]);
      for (const until of ["all", "first", "firstError"] as const) {
        assert.deepEqual(await wait([], { until }), { done: new Set(), pending: new Set() });
      }
      await pool.close();
    });

    it("for the first to end, or to fail, which a cancelled one has not (parity 152)", async () => {
      const pool = new Pool({ size: 2 });
      const [slow, fast] = await Promise.all([running(pool, 1), running(pool, 2)]);
      const cancelled = pool.submit(tasks.add, [1, 1]);
      const bad = pool.submit(tasks.fail, [undefined]);
      const futures: Future<unknown>[] = [slow.future, fast.future, cancelled, bad];
      const first = wait(futures, { until: "first" });
      const firstError = wait(futures, { until: "firstError" });
      cancelled.cancel();
      assert.deepEqual([...(await first).done], [cancelled]);
      fast.go();
      assert.deepEqual(await firstError, {
        done: new Set([fast.future, cancelled, bad]),
        pending: new Set([slow.future]),
      });
      assert.deepEqual((await wait(futures, { until: "firstError" })).pending, new Set([slow.future]));
      assert.deepEqual((await wait([slow.future, cancelled], { until: "first" })).done, new Set([cancelled]));
      const noError = wait<unknown>([slow.future, cancelled], { until: "firstError" });
      slow.go();
      assert.equal((await noError).pending.size, 0);
      await pool.close();
    });

    it("refuses what is no future, and conditions that it does not know (parity 152)", async () => {
      for (const [futures, options, error] of [
        [[], { until: "FIRST" }, RangeError],
        [[], { until: 1 }, TypeError],
        [[], { timeout: -1 }, RangeError],
        [[Promise.resolve()], {}, TypeError],
        [[undefined], {}, TypeError],
        [5, {}, TypeError],
      ] as const) {
        assert.ok((await failureOf(() => wait(futures as never, options as never))) instanceof error);
      }
      assert.throws(() => asCompleted([Promise.resolve()] as never), TypeError);
      assert.throws(() => asCompleted([], { timeout: Number.NaN }), RangeError);
    });

    it("many that end at once are all seen to end (parity 154)", async () => {
      const pool = new Pool({ size: 2 });
      const go = new adapter.Event();
      const started = Array.from({ length: 2 }, () => new adapter.Event());
      const futures = [
        ...started.map((event) => pool.submit(tasks.runUntil, [event, go])),
        ...Array.from({ length: 98 * suite.scale }, () => pool.submit(tasks.runUntil, [new adapter.Event(), go])),
      ];
      await Promise.all(started.map((event) => event.wait()));
      const waits = [wait(futures), wait(futures), all(asCompleted(futures))] as const;
      go.set();
      const [one, two, outcomes] = await Promise.all(waits);
      assert.deepEqual([one.done.size, two.done.size, outcomes.length], Array(3).fill(futures.length));
      await pool.close();
    });

    it("an abort ends it with the signal's reason", async () => {
      const pool = new Pool({ size: 1 });
      const { future, go } = await running(pool, 1);
      const controller = new AbortController();
      const waits = [
        wait([future], { signal: controller.signal }),
        asCompleted([future], { signal: controller.signal }).next(),
      ].map((waiting) => failureOf(() => waiting));
      controller.abort("enough");
      assert.deepEqual(await Promise.all(waits), ["enough", "enough"]);
      assert.equal(await failureOf(() => wait([future], { signal: AbortSignal.abort("before") })), "before");
      go();
      await pool.close();
    });
  });

  describe("asCompleted", () => {
    it("gives those that had ended first, then each as it ends, the same one once (parity 155)", async () => {
      const pool = new Pool({ size: 2 });
      const [good, bad] = [pool.submit(tasks.add, [1, 1]), pool.submit(tasks.fail, ["boom"])] as const;
      await wait<unknown>([good, bad]);
      const [slow, fast] = await Promise.all([running(pool, 1), running(pool, 2)]);
      const given: Future<unknown>[] = [slow.future, bad, fast.future, good];
      const outcomes = asCompleted([...given, ...given].values());
      const next = async () => (await outcomes.next()).value;
      assert.deepEqual(await next(), { status: "rejected", reason: "boom", index: 1, future: bad });
      assert.deepEqual(await next(), { status: "fulfilled", value: 2, index: 3, future: good });
      fast.go();
      assert.deepEqual(await next(), { status: "fulfilled", value: 2, index: 2, future: fast.future });
      slow.go();
      assert.deepEqual(await next(), { status: "fulfilled", value: 1, index: 0, future: slow.future });
      assert.deepEqual([await next(), await all(asCompleted([]))], [undefined, []]);
      await pool.close();
    });

    it("with no time left still gives those that have ended, then tells how many have not (parity 155)", async () => {
      const pool = new Pool({ size: 2 });
      const done = [pool.submit(tasks.add, [1, 1]), pool.submit(tasks.add, [1, 2])];
      await wait(done);
      const [slow, slower] = await Promise.all([running(pool, 1), running(pool, 2)]);
      for (const timeout of [0, 1]) {
        const indices: number[] = [];
        const error = await failsWith("HEDDLE_TIMEOUT", async () => {
          const outcomes = asCompleted([slow.future, ...done, slower.future], { timeout });
          for await (const { index } of outcomes) indices.push(index);
        });
        assert.deepEqual([indices, error.message], [[1, 2], "2 of 4 futures unfinished"]);
      }
      slow.go();
      slower.go();
      await pool.close();
    });
  });
};
