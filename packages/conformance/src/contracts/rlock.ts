import assert from "node:assert/strict";
import { withHands } from "../hand.js";
import { type Contract, failsWith, failureOf, untilWaiting } from "../suite.js";
import { holding } from "./holding.js";

const WAIT_LIMIT_MS = 60_000;

/** A lock that its owner, a task, may take again, and that nobody else may release. */
export const rlock: Contract = (suite) => {
  const { describe, it, adapter } = suite;

  describe("RLock", () => {
    it("its owner takes it again without waiting, sync and async (parity 11)", async () => {
      const lock = new adapter.RLock();
      assert.equal(await lock.acquire(), true);
      assert.equal(await lock.acquire(), true);
      assert.equal(lock.acquireSync(), true);
      assert.equal(lock.tryAcquire(), true);
      assert.equal(await lock.run(() => lock.run(() => "inner")), "inner");
      for (let depth = 4; depth > 0; depth--) {
        assert.equal(lock.locked, true);
        lock.release();
      }
      assert.equal(lock.locked, false);
    });

    it("its owner takes it twice at once, whether it is free or somebody else's at first", async () => {
      const lock = new adapter.RLock();
      assert.deepEqual(await Promise.all([lock.acquire(), lock.acquire()]), [true, true]);
      lock.release();
      lock.release();
      assert.equal(lock.locked, false);
      await withHands(suite, lock, 2, async (hand, later) => {
        await hand.call("acquire");
        const controller = new AbortController();
        const both = [lock.acquire(), lock.acquire({ timeout: WAIT_LIMIT_MS })];
        const aborted = failureOf(() => lock.acquire({ signal: controller.signal }));
        assert.equal(await lock.acquire({ timeout: 1 }), false);
        await later.tell("acquire");
        await untilWaiting(suite, lock, 4);
        const last = lock.acquire();
        controller.abort("enough");
        assert.equal(await aborted, "enough");
        await hand.call("release");
        assert.deepEqual(await Promise.all([...both, last]), [true, true, true]);
        assert.equal(suite.adapter.waiting(lock), 1);
        for (let depth = 3; depth > 0; depth--) {
          assert.equal(await hand.call("tryAcquire"), false);
          lock.release();
        }
        assert.equal(await later.report(), true);
        await later.call("release");
        assert.equal(lock.locked, false);
      });
    });

    it("its owner takes it at once with a wait that blocks, and one at a condition that comes back", async () => {
      const lock = new adapter.RLock();
      const condition = new adapter.Condition(lock);
      await withHands(suite, lock, 1, async (hand) => {
        await lock.acquire();
        const notified = condition.wait();
        await hand.call("acquire");
        const also = lock.acquire();
        await hand.tell("release");
        assert.equal(lock.acquireSync(), true);
        assert.equal(await also, true);
        condition.notify();
        assert.equal(await notified, true);
        await hand.report();
        for (let depth = 3; depth > 0; depth--) {
          assert.equal(lock.locked, true);
          lock.release();
        }
        assert.equal(lock.locked, false);
      });
    });

    holding(suite, "RLock");

    it("release of a free one is an error, after balanced use, too (parity 12)", async () => {
      const lock = new adapter.RLock();
      await failsWith("HEDDLE_LOCK_STATE", () => lock.release());
      await lock.acquire();
      await lock.acquire();
      lock.release();
      lock.release();
      await failsWith("HEDDLE_LOCK_STATE", () => lock.release());
      assert.equal(await lock.acquire({ timeout: 0 }), true);
      lock.release();
    });

    it("is its owner's alone: another worker can neither take nor release it, however deep (parity 14)", async () => {
      const lock = new adapter.RLock();
      await withHands(suite, lock, 1, async (hand) => {
        await lock.acquire();
        await lock.acquire();
        assert.equal(await hand.call("tryAcquire"), false);
        await failsWith("HEDDLE_LOCK_STATE", () => hand.call("release"));
        lock.release();
        assert.deepEqual([await hand.call("tryAcquire"), await hand.call("locked")], [false, true]);
        await hand.tell("acquireSync");
        await untilWaiting(suite, lock, 1);
        lock.release();
        assert.equal(await hand.report(), true);
        await failsWith("HEDDLE_LOCK_STATE", () => lock.release());
        assert.equal(lock.tryAcquire(), false);
        await hand.call("release");
        assert.equal(lock.locked, false);
      });
    });

    it("three acquires want three releases, a fourth fails, in another worker as here (parity 15)", async () => {
      const lock = new adapter.RLock();
      await withHands(suite, lock, 1, async (hand) => {
        for (const method of ["acquire", "acquireSync", "tryAcquire"]) assert.equal(await hand.call(method), true);
        for (let n = 0; n < 3; n++) {
          assert.equal(lock.tryAcquire(), false);
          await hand.call("release");
        }
        await failsWith("HEDDLE_LOCK_STATE", () => hand.call("release"));
        assert.equal(lock.tryAcquire(), true);
        lock.release();
      });
    });

    it("is free after recover, however often the worker that died had taken it", async () => {
      const lock = new adapter.RLock();
      await withHands(suite, lock, 2, async (holder, other) => {
        await holder.call("acquire");
        await holder.call("acquire");
        await holder.worker.terminate();
        await failsWith("HEDDLE_ABANDONED", () => other.call("acquireSync"));
        lock.recover();
        await failsWith("HEDDLE_LOCK_STATE", () => lock.release());
        assert.equal(await other.call("acquire"), true);
        await other.call("release");
        assert.equal(lock.locked, false);
      });
    });

    it("is held as deep after a Condition's wait as before, sync and async, and free meanwhile", async () => {
      const lock = new adapter.RLock();
      const condition = new adapter.Condition(lock);
      for (let depth = 1; depth <= 3; depth++) await lock.acquire();
      for (const form of ["sync", "async"]) {
        const timeout = { timeout: 1 };
        assert.equal(form === "sync" ? condition.waitSync(timeout) : await condition.wait(timeout), false);
        for (let depth = 3; depth > 1; depth--) lock.release();
        assert.equal(lock.locked, true);
        for (let depth = 1; depth < 3; depth++) await lock.acquire();
      }
      const waiting = condition.wait();
      assert.equal(lock.locked, false);
      await lock.acquire();
      condition.notify();
      lock.release();
      assert.equal(await waiting, true);
      for (let depth = 3; depth > 0; depth--) {
        assert.equal(lock.locked, true);
        lock.release();
      }
      assert.equal(lock.locked, false);
    });
  });
};
