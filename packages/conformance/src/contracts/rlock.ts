import assert from "node:assert/strict";
import { withHands } from "../hand.js";
import { type Contract, failsWith, untilWaiting } from "../suite.js";

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
