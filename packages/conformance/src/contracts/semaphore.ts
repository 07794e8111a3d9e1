import assert from "node:assert/strict";
import { withHands } from "../hand.js";
import { blocking, type Contract, failsWith, failureOf, untilWaiting } from "../suite.js";

/** A count of permits that is never negative and never wrong. */
export const semaphore: Contract = (suite) => {
  const { describe, it, adapter } = suite;

  describe("Semaphore", () => {
    it("gives as many permits as it has, and takes them back", async () => {
      const permits = new adapter.Semaphore(2);
      await withHands(suite, permits, 1, async (hand) => {
        assert.equal(await hand.call("acquire"), true);
        assert.equal(permits.value, 1);
        assert.equal(permits.acquireSync(), true);
        assert.equal(permits.tryAcquire(), false);
        assert.equal(await permits.acquire({ timeout: 1 }), false);
        await hand.call("release");
        assert.equal(permits.value, 1);
        permits.release(3);
        assert.equal(permits.value, 4);
      });
    });

    it("has one permit unless told otherwise, and may begin with none", () => {
      assert.equal(new adapter.Semaphore().value, 1);
      assert.equal(new adapter.Semaphore(0).tryAcquire(), false);
      return Promise.resolve();
    });

    it("a release of n wakes n waiters, in the order in which they came", async () => {
      const permits = new adapter.Semaphore(0);
      const order: number[] = [];
      const waits = Array.from({ length: 4 }, (_, i) => permits.acquire().then(() => order.push(i)));
      permits.release(3);
      await Promise.all(waits.slice(0, 3));
      assert.deepEqual([order, permits.value, adapter.waiting(permits)], [[0, 1, 2], 0, 1]);
      permits.release(2);
      await waits[3];
      assert.equal(permits.value, 1);
    });

    it("wakes a worker that is blocked", async () => {
      const permits = new adapter.Semaphore(0);
      await withHands(suite, permits, 1, async (hand) => {
        await hand.tell("acquireSync");
        await untilWaiting(suite, permits, 1);
        permits.release();
        assert.equal(await hand.report(), true);
      });
    });

    it("a timed-out, an aborted or a killed waiter costs no permit", async () => {
      const permits = new adapter.Semaphore(0);
      assert.equal(await permits.acquire({ timeout: 2 }), false);
      assert.equal(
        await blocking(
          suite,
          () => permits.acquireSync({ timeout: 2 }),
          () => permits.acquire({ timeout: 2 }),
        ),
        false,
      );
      const controller = new AbortController();
      const aborted = failureOf(() => permits.acquire({ signal: controller.signal }));
      permits.release();
      controller.abort("enough");
      assert.equal(await aborted, "enough");
      assert.equal(permits.value, 1);
      permits.tryAcquire();
      await withHands(suite, permits, 1, async (doomed) => {
        await doomed.tell("acquireSync");
        await untilWaiting(suite, permits, 1);
        await doomed.worker.terminate();
        permits.release();
        assert.equal(permits.value, 1);
      });
    });

    it("a grant that races with an abort goes to the next in line", async () => {
      const permits = new adapter.Semaphore(0);
      const controller = new AbortController();
      const aborted = failureOf(() => permits.acquire({ signal: controller.signal }));
      const next = permits.acquire();
      permits.release();
      controller.abort("enough");
      assert.equal(await aborted, "enough");
      assert.equal(await next, true);
      assert.equal(permits.value, 0);
    });

    it("hold and run give the permit back", async () => {
      const permits = new adapter.Semaphore(1);
      const guard = await permits.hold();
      assert.equal(permits.value, 0);
      await failsWith("HEDDLE_TIMEOUT", () => permits.hold({ timeout: 0 }));
      guard.release();
      assert.equal(await permits.run(() => permits.value), 0);
      assert.equal(permits.value, 1);
    });

    it("refuses counts that are none", async () => {
      for (const value of [-1, 1.5, Number.NaN, 2 ** 40]) {
        assert.throws(() => new adapter.Semaphore(value), RangeError);
        if (value !== 2 ** 40) assert.throws(() => new adapter.Semaphore(1).release(value), RangeError);
      }
      assert.throws(() => new adapter.Semaphore(1).release(0), RangeError);
      assert.ok((await failureOf(() => new adapter.Semaphore(1).acquire({ timeout: -1 }))) instanceof RangeError);
    });

    it("the bounded one refuses more releases than acquires, also while somebody waits", async () => {
      const permits = new adapter.BoundedSemaphore(2);
      assert.ok(permits instanceof adapter.Semaphore);
      assert.throws(() => permits.release(), RangeError);
      permits.tryAcquire();
      assert.throws(() => permits.release(2), RangeError);
      permits.tryAcquire();
      const waiting = permits.acquire();
      assert.throws(() => permits.release(3), RangeError);
      permits.release();
      assert.equal(await waiting, true);
      permits.release(2);
      assert.equal(permits.value, 2);
    });
  });
};
