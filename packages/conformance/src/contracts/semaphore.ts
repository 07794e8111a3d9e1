import assert from "node:assert/strict";
import { withHands } from "../hand.js";
import { blocking, type Contract, failsWith, failureOf, until, untilWaiting } from "../suite.js";
import { holding } from "./holding.js";

/** A count of permits that is never negative and never wrong. */
export const semaphore: Contract = (suite) => {
  const { describe, it, adapter } = suite;

  describe("Semaphore", () => {
    it("gives as many permits as it has, takes them back, and any worker may add to them (parity 31, 34)", async () => {
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

    it("has one permit unless told otherwise, and may begin with none (parity 25)", () => {
      assert.equal(new adapter.Semaphore().value, 1);
      assert.equal(new adapter.Semaphore(0).tryAcquire(), false);
      return Promise.resolve();
    });

    it("a release of n wakes n waiters, in the order in which they came (parity 27)", async () => {
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
      await withHands(suite, permits, 1, async (victim) => {
        await victim.tell("acquireSync");
        await untilWaiting(suite, permits, 1);
        await victim.worker.terminate();
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

    it("hold and run give the permit back after any error, nested ones each their own (parity 30)", async () => {
      const permits = new adapter.Semaphore(1);
      const guard = await permits.hold();
      assert.equal(permits.value, 0);
      await failsWith("HEDDLE_TIMEOUT", () => permits.hold({ timeout: 0 }));
      guard.release();
      assert.equal(await permits.run(() => permits.value), 0);
      assert.equal(permits.value, 1);
      permits.release();
      const boom = new Error("boom");
      const nested = (): Promise<never> =>
        permits.run(() => {
          assert.equal(permits.value, 0);
          throw boom;
        });
      assert.equal(await failureOf(() => permits.run(nested)), boom);
      assert.equal(permits.value, 2);
    });

    holding(suite, "Semaphore");
    holding(suite, "BoundedSemaphore");

    it("a permit is handed to the worker that waits, if the semaphore is fair", async () => {
      const permits = new adapter.Semaphore(1, { fair: true });
      await withHands(suite, permits, 1, async (hand) => {
        for (let n = 0; n < 3; n++) {
          assert.ok(await permits.acquire());
          await hand.tell("acquireSync");
          await untilWaiting(suite, permits, 1);
          permits.release();
          assert.equal(permits.tryAcquire(), false);
          assert.equal(await hand.report(), true);
          await hand.call("release");
        }
      });
      assert.throws(() => new adapter.Semaphore(1, { fair: 1 } as never), TypeError);
      assert.throws(() => new adapter.BoundedSemaphore(1, { fare: true } as never), TypeError);
    });

    it("a worker that waits gets its permit, though another takes it again and again", async () => {
      const permits = new adapter.BoundedSemaphore(1);
      await withHands(suite, permits, 1, async (hand) => {
        assert.ok(await permits.acquire());
        await hand.tell("acquireSync");
        await untilWaiting(suite, permits, 1);
        for (let isMine = true; isMine; isMine = permits.tryAcquire()) permits.release();
        assert.equal(await hand.report(), true);
        await hand.call("release");
        assert.equal(permits.value, 1);
      });
    });

    it("as many proceed as there are permits, phase by phase (parity 26)", async () => {
      const permits = new adapter.Semaphore(7);
      await withHands(suite, permits, 2, async (...hands) => {
        let passed = 0;
        const here = Array.from({ length: 8 }, async () => {
          for (let n = 0; n < 2; n++) {
            await permits.acquire();
            passed++;
          }
        });
        for (const hand of hands) for (let n = 0; n < 2; n++) await hand.tell("acquireSync");
        const reports = hands.map(async (hand) => {
          for (let n = 0; n < 2; n++) {
            await hand.report();
            passed++;
          }
        });
        for (const [most, released] of [
          [7, 0],
          [13, 6],
          [19, 6],
        ] as const) {
          for (let n = 0; n < released; n++) permits.release();
          await until(() => passed === most, `${most} acquires should have gone through`);
          assert.equal(permits.value, 0);
        }
        await untilWaiting(suite, permits, 1);
        assert.equal(passed, 19);
        permits.release();
        await Promise.all([...here, ...reports]);
        assert.deepEqual([passed, permits.value], [20, 0]);
      });
    });

    it("of ten tries for three permits, by five workers at once, three succeed (parity 28)", async () => {
      const permits = new adapter.Semaphore(3);
      await withHands(suite, permits, 5, async (...hands) => {
        for (const hand of hands) for (let n = 0; n < 2; n++) await hand.tell("tryAcquire");
        const tries: boolean[] = [];
        for (const hand of hands) for (let n = 0; n < 2; n++) tries.push(await hand.report());
        assert.deepEqual([tries.filter((taken) => taken).length, tries.length, permits.value], [3, 10, 0]);
      });
    });

    it("a wait never ends before its timeout, and 0 tries once (parity 29, 34)", async () => {
      const permits = new adapter.Semaphore(0);
      assert.equal(permits.acquireSync({ timeout: 0 }), false);
      assert.equal(await permits.acquire({ timeout: 0 }), false);
      const start = performance.now();
      const blocked = await blocking(
        suite,
        () => permits.acquireSync({ timeout: 20 }),
        () => permits.acquire({ timeout: 20 }),
      );
      assert.equal(blocked, false);
      const middle = performance.now();
      assert.equal(await permits.acquire({ timeout: 20 }), false);
      // A timer may round down by a millisecond.
      assert.ok(middle - start >= 19 && performance.now() - middle >= 19);
      assert.equal(permits.value, 0);
    });

    it("refuses counts that are none (parity 25)", async () => {
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

    it("the bounded one is as full as at first after balanced use by several workers, and no fuller (parity 32)", async () => {
      for (const limit of [1, 2, 5, 9]) {
        const permits = new adapter.BoundedSemaphore(limit);
        await withHands(suite, permits, 2, async (...hands) => {
          for (let n = 0; n < 4; n++) {
            for (const hand of hands) for (const method of ["acquireSync", "release"]) await hand.tell(method);
          }
          for (let n = 0; n < 8; n++) for (const hand of hands) await hand.report();
          assert.equal(permits.value, limit);
          assert.throws(() => permits.release(), RangeError);
          assert.ok((await failureOf(() => hands[0]?.call("release"))) instanceof RangeError);
          assert.equal(permits.value, limit);
        });
      }
    });
  });
};
