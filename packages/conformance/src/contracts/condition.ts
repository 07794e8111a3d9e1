import assert from "node:assert/strict";
import { blocking, type Contract, failsWith, failureOf, tasksOf, untilWaiting } from "../suite.js";
import type * as waits from "../tasks/waits.js";

/** Waiting for a state under a lock: no notification is lost, and every wait ends with the lock held. */
export const condition: Contract = (suite) => {
  const { describe, it, adapter } = suite;

  describe("Condition", () => {
    it("wait releases the lock, and has it again when it ends", async () => {
      const condition = new adapter.Condition();
      await condition.lock.acquire();
      const waiting = condition.wait();
      assert.equal(condition.lock.locked, false);
      await condition.lock.acquire();
      condition.notify();
      condition.lock.release();
      assert.equal(await waiting, true);
      assert.equal(condition.lock.locked, true);
      condition.lock.release();
    });

    it("notify wakes as many as it says, in the order in which they came; notifyAll the rest", async () => {
      const condition = new adapter.Condition(new adapter.Lock());
      const order: number[] = [];
      const waits = Array.from({ length: 5 }, async (_, i) => {
        await condition.lock.acquire();
        await condition.wait();
        order.push(i);
        condition.lock.release();
      });
      await untilWaiting(suite, condition, 5);
      await condition.lock.run(() => condition.notify(2));
      await Promise.all(waits.slice(0, 2));
      assert.deepEqual([order, adapter.waiting(condition)], [[0, 1], 3]);
      await condition.lock.run(() => condition.notifyAll());
      await Promise.all(waits);
      assert.deepEqual(order, [0, 1, 2, 3, 4]);
    });

    it("a notification that nobody waits for is not kept", async () => {
      const condition = new adapter.Condition();
      await condition.lock.acquire();
      condition.notify();
      assert.equal(await condition.wait({ timeout: 2 }), false);
      assert.equal(
        await blocking(
          suite,
          () => condition.waitSync({ timeout: 2 }),
          () => condition.wait({ timeout: 2 }),
        ),
        false,
      );
      assert.equal(condition.lock.locked, true);
      condition.lock.release();
    });

    it("an aborted wait has the lock again before it rejects, and hands a notification on", async () => {
      const condition = new adapter.Condition(new adapter.Lock());
      const controller = new AbortController();
      await condition.lock.acquire();
      const aborted = failureOf(() => condition.wait({ signal: controller.signal }));
      await condition.lock.acquire();
      const next = condition.wait();
      await condition.lock.acquire();
      condition.notify();
      controller.abort("enough");
      condition.lock.release();
      assert.equal(await Promise.race([aborted, next]), "enough");
      assert.equal(condition.lock.locked, true);
      condition.lock.release();
      assert.equal(await next, true);
      condition.lock.release();
    });

    it("waitFor waits until its predicate holds", async () => {
      const condition = new adapter.Condition();
      let ready = 0;
      await condition.lock.acquire();
      assert.equal(await condition.waitFor(() => true), true);
      const waiting = condition.waitFor(() => ready >= 2);
      for (let i = 0; i < 2; i++) {
        await condition.lock.acquire();
        ready++;
        condition.notifyAll();
        condition.lock.release();
      }
      assert.equal(await waiting, true);
      assert.equal(await condition.waitFor(() => false, { timeout: 2 }), false);
      condition.lock.release();
    });

    it("works between workers, sync and async", async () => {
      const { waitForTurns } = tasksOf<typeof waits>(suite, "waits");
      const condition = new adapter.Condition(new adapter.Lock());
      const turn = new adapter.Value("i32");
      const rounds = 50;
      const players = [false, true, false].map((isSync, me) =>
        new adapter.Worker(waitForTurns, { args: [condition, turn, me, 3, rounds, isSync] }).start(),
      );
      for (const player of players) assert.equal(await player.result, rounds);
      for (const player of players) await player.join();
      assert.equal(turn.value, 3 * rounds);
    });

    it("wants its lock held by this worker", async () => {
      const condition = new adapter.Condition();
      await failsWith("HEDDLE_LOCK_STATE", () => condition.wait());
      await failsWith("HEDDLE_LOCK_STATE", () => condition.waitSync());
      await failsWith("HEDDLE_LOCK_STATE", () => condition.waitFor(() => true));
      await failsWith("HEDDLE_LOCK_STATE", () => condition.notify());
      await failsWith("HEDDLE_LOCK_STATE", () => condition.notifyAll());
      await condition.lock.acquire();
      assert.throws(() => condition.notify(-1), RangeError);
      condition.lock.release();
    });

    it("an RLock is held again as often as before the wait, and released by its owner alone", async () => {
      const rlock = new adapter.RLock();
      const condition = new adapter.Condition(rlock);
      assert.equal(condition.lock, rlock);
      await rlock.acquire();
      assert.equal(rlock.tryAcquire(), true);
      assert.equal(
        await blocking(
          suite,
          () => condition.waitSync({ timeout: 1 }),
          () => condition.wait({ timeout: 1 }),
        ),
        false,
      );
      rlock.release();
      assert.equal(rlock.locked, true);
      rlock.release();
      assert.equal(rlock.locked, false);
      await failsWith("HEDDLE_LOCK_STATE", () => rlock.release());
    });
  });
};
