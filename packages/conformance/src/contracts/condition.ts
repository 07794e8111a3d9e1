import assert from "node:assert/strict";
import { blocking, type Contract, failsWith, failureOf, tasksOf, until, untilWaiting } from "../suite.js";
import type * as waits from "../tasks/waits.js";

/** Waiting for a state under a lock: no notification is lost, and every wait ends with the lock held. */
export const condition: Contract = (suite) => {
  const { describe, it, adapter } = suite;

  describe("Condition", () => {
    it("its own lock is re-entrant; one that it is given is the one that it uses (parity 16)", async () => {
      const own = new adapter.Condition().lock;
      assert.deepEqual([await own.acquire(), own.tryAcquire()], [true, true]);
      own.release();
      own.release();
      const lock = new adapter.Lock();
      const condition = new adapter.Condition(lock);
      await condition.lock.acquire();
      assert.equal(lock.locked, true);
      lock.release();
      assert.equal(condition.lock.locked, false);
      assert.throws(() => new adapter.Condition({} as never), TypeError);
    });

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

    it("a notification that nobody waits for is not kept, and a timed-out wait has the lock again (parity 19, 23)", async () => {
      const condition = new adapter.Condition();
      await condition.lock.acquire();
      condition.notify();
      for (const timeout of [0, 2]) assert.equal(await condition.wait({ timeout }), false);
      assert.equal(condition.waitSync({ timeout: 0 }), false);
      const blocked = await blocking(
        suite,
        () => condition.waitSync({ timeout: 2 }),
        () => condition.wait({ timeout: 2 }),
      );
      assert.equal(blocked, false);
      assert.equal(condition.lock.locked, true);
      condition.lock.release();
    });

    it("of five waiters 3 are woken, then the rest with one that waits again, none before the release (parity 18)", async () => {
      const condition = new adapter.Condition(new adapter.Lock());
      for (let again = 0; again < 2; again++) {
        let woken = 0;
        const waits = Array.from({ length: 5 }, async (_, i) => {
          await condition.lock.acquire();
          await condition.wait();
          woken++;
          if (i === 0) {
            await condition.wait();
            woken++;
          }
          condition.lock.release();
        });
        await untilWaiting(suite, condition, 5);
        await condition.lock.acquire();
        condition.notify(3);
        // The three are in the lock's line now, and stay there while the notifier holds it.
        await untilWaiting(suite, condition.lock, 3);
        assert.deepEqual([woken, adapter.waiting(condition)], [0, 2]);
        condition.lock.release();
        await until(() => woken === 3, "three should have been woken");
        assert.equal(adapter.waiting(condition), 3);
        await condition.lock.run(() => condition.notify(5));
        await Promise.all(waits);
        assert.deepEqual([woken, adapter.waiting(condition)], [6, 0]);
      }
    });

    it("five timed waits at once each end with false and the lock held (parity 19)", async () => {
      const condition = new adapter.Condition(new adapter.Lock());
      let holders = 0;
      const waits = Array.from({ length: 5 }, async () => {
        await condition.lock.acquire();
        const start = performance.now();
        const wasNotified = await condition.wait({ timeout: 20 });
        // A timer may round down by a millisecond.
        assert.ok(performance.now() - start >= 19);
        holders++;
        assert.deepEqual([wasNotified, condition.lock.locked, holders], [false, true, 1]);
        holders--;
        condition.lock.release();
      });
      await Promise.all(waits);
      assert.equal(condition.lock.locked, false);
    });

    it("wakes as many as it says of waiters in several workers, sync and async, then all (parity 22, 23)", async () => {
      const { waitOnce } = tasksOf<typeof waits>(suite, "waits");
      const condition = new adapter.Condition(new adapter.Lock());
      const woken = new adapter.Value("i32");
      const workers = [true, false, true, false].map((isSync) =>
        new adapter.Worker(waitOnce, { args: [condition, woken, isSync] }).start(),
      );
      const here = waitOnceHere();
      async function waitOnceHere(): Promise<boolean> {
        await condition.lock.acquire();
        const wasNotified = await condition.wait();
        woken.add(1);
        condition.lock.release();
        return wasNotified;
      }
      await untilWaiting(suite, condition, 5);
      for (const [notified, most] of [
        [1, 1],
        [2, 3],
      ] as const) {
        await condition.lock.run(() => condition.notify(notified));
        await until(() => woken.value === most, `${most} should have been woken`);
        assert.equal(adapter.waiting(condition), 5 - most);
      }
      await condition.lock.run(() => condition.notifyAll());
      assert.deepEqual(await Promise.all([here, ...workers.map(({ result }) => result)]), Array(5).fill(true));
      for (const worker of workers) await worker.join();
      assert.equal(woken.value, 5);
    });

    it("notifications that do not satisfy the predicate do not prolong waitFor (parity 21)", async () => {
      const condition = new adapter.Condition(new adapter.Lock());
      await condition.lock.acquire();
      let asked = 0;
      const waiting = condition.waitFor(
        () => {
          asked++;
          return false;
        },
        { timeout: 60 },
      );
      let hasEnded = false;
      const ended = waiting.finally(() => {
        hasEnded = true;
        condition.lock.release();
      });
      // One notification after another: were each to begin the wait anew, it would never end.
      await until(() => {
        if (!condition.lock.tryAcquire()) return hasEnded;
        condition.notify();
        condition.lock.release();
        return hasEnded;
      }, "the wait should have ended");
      assert.equal(await ended, false);
      assert.ok(asked > 2);
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

    it("waitFor waits until its predicate holds, and asks it with the lock held (parity 20)", async () => {
      const condition = new adapter.Condition();
      let ready = 0;
      await condition.lock.acquire();
      assert.equal(await condition.waitFor(() => true), true);
      const waiting = condition.waitFor(() => condition.lock.locked && ready >= 2);
      for (let i = 0; i < 2; i++) {
        await condition.lock.acquire();
        ready++;
        condition.notifyAll();
        condition.lock.release();
      }
      assert.equal(await waiting, true);
      assert.equal(await condition.waitFor(() => false, { timeout: 2 }), false);
      assert.deepEqual(
        [condition.waitForSync(() => true), condition.waitForSync(() => false, { timeout: 0 })],
        [true, false],
      );
      for (const how of ["waitFor", "waitForSync"] as const) {
        const asked = await failureOf(() => condition[how]((async () => false) as never));
        assert.ok(asked instanceof TypeError && /gave a promise/.test(asked.message), `${asked}`);
        assert.ok((await failureOf(() => condition[how](true as never))) instanceof TypeError);
        assert.ok((await failureOf(() => condition[how](() => true, { timeuot: 1 } as never))) instanceof TypeError);
      }
      assert.equal(condition.lock.locked, true);
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

    it("wants its lock held by this worker (parity 17)", async () => {
      const condition = new adapter.Condition();
      await failsWith("HEDDLE_LOCK_STATE", () => condition.wait());
      await failsWith("HEDDLE_LOCK_STATE", () => condition.waitSync());
      await failsWith("HEDDLE_LOCK_STATE", () => condition.waitFor(() => true));
      await failsWith("HEDDLE_LOCK_STATE", () => condition.waitForSync(() => true));
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
