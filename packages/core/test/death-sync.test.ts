import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { AbandonedError } from "../src/contracts/errors.js";
import type { Lock } from "../src/contracts/sync.js";
import { atEveryInstant } from "./reference/crash-harness.js";
import { Holders } from "./reference/holders.js";
import type { Thread } from "./reference/stepped-backend.js";

/** So many instants, each with a region of its own: on a busy machine they take their time. */
describe("a worker killed at any instant while it", { timeout: 120_000 }, () => {
  it("takes and releases a lock that others wait for", () =>
    atEveryInstant(async (harness) => {
      const { main, victim, first, second } = harness;
      const locks = harness.share(new main.surface.Lock());
      const lockOf = (thread: Thread): Lock => (thread === first ? locks.first : locks.second);
      const holders = new Holders(harness);
      await harness.dying(() => holders.take(victim, locks.victim));
      await harness.by(first, () => holders.take(first, locks.first));
      await harness.by(second, () => holders.take(second, locks.second));
      await harness.dying(() => holders.giveBack(locks.victim));
      await holders.drain(lockOf);
      assert.deepEqual(
        holders.order.filter((thread) => thread !== victim),
        [first, second],
      );
      assert.equal(locks.main.locked || locks.main.abandoned, false);
    }));

  it("waits for a lock and gets it", () =>
    atEveryInstant(async (harness) => {
      const { main, victim, first, second } = harness;
      const locks = harness.share(new main.surface.Lock());
      const lockOf = (thread: Thread): Lock => (thread === first ? locks.first : locks.second);
      const holders = new Holders(harness);
      await harness.by(first, () => holders.take(first, locks.first));
      await harness.dying(() => holders.take(victim, locks.victim));
      await harness.by(second, () => holders.take(second, locks.second));
      await harness.by(first, () => holders.giveBack(locks.first));
      await harness.dyingWakes();
      await harness.dying(() => holders.giveBack(locks.victim));
      await holders.drain(lockOf);
      assert.equal(holders.order.at(-1), second);
      assert.equal(locks.main.locked || locks.main.abandoned, false);
    }));

  it("is woken for a lock: before it goes on, it leaves the lock to the next, and not abandoned", () =>
    atEveryInstant(async (harness) => {
      const { main, first } = harness;
      const locks = harness.share(new main.surface.Lock());
      let isHeld = false;
      let isNext = false;
      locks.main.tryAcquire();
      const held = (): void => {
        isHeld = true;
      };
      // The wait of the worker that dies may end with its death.
      await harness.by(harness.victim, () => void locks.victim.acquire().then(held, () => {}));
      await harness.by(first, () => void locks.first.acquire().then(() => (isNext = true)));
      locks.main.release();
      await harness.dyingWakes();
      await harness.settle();
      assert.equal(locks.main.abandoned, false);
      assert.notEqual(isHeld, isNext, "one of the two has it");
      if (isHeld) locks.main.release();
      await harness.settle();
      assert.ok(isNext);
      locks.first.release();
    }));

  it("waits for the first time, and makes room for its waits", () =>
    atEveryInstant(
      async (harness) => {
        const events = harness.share(new harness.main.surface.Event());
        await harness.dying(() => events.victim.wait());
        events.main.set();
        await harness.dyingWakes();
      },
      { isFresh: true },
    ));

  it("gives up waiting for a lock, granted or not: the next in line gets it, and it is not abandoned", async () => {
    for (const isGranted of [true, false]) {
      await atEveryInstant(async (harness) => {
        const { main, first } = harness;
        const locks = harness.share(new main.surface.Lock());
        const abort = new AbortController();
        let isHeld = false;
        locks.main.tryAcquire();
        await harness.dying(() => locks.victim.acquire({ signal: abort.signal }).catch(() => {}));
        await harness.by(first, () => locks.first.acquire().then(() => (isHeld = true)));
        if (isGranted) locks.main.release();
        await harness.dying(() => abort.abort());
        if (!isGranted) locks.main.release();
        await harness.settle();
        assert.ok(isHeld);
        locks.first.release();
        assert.equal(locks.main.abandoned, false);
      });
    }
  });

  it("gives up waiting for a permit that it was granted: the next in line gets it, and none is lost", async () => {
    for (const others of [0, 1, 2]) {
      await atEveryInstant(async (harness) => {
        const { main, first, second } = harness;
        const permits = harness.share(new main.surface.Semaphore(0));
        const abort = new AbortController();
        let granted = 0;
        await harness.dying(() => permits.victim.acquire({ signal: abort.signal }).catch(() => {}));
        if (others > 0) await harness.by(first, () => permits.first.acquire().then(() => granted++));
        if (others > 1) await harness.by(second, () => permits.second.acquire().then(() => granted++));
        permits.main.release();
        await harness.dying(() => abort.abort());
        await harness.settle();
        assert.equal(granted + permits.main.value, 1);
        if (others > 1) permits.main.release();
        await harness.settle();
        assert.equal(granted, others);
      });
    }
  });

  it("takes and releases permits that others wait for: no more are lost than it had", () =>
    atEveryInstant(async (harness) => {
      const { main, first, second } = harness;
      const permits = harness.share(new main.surface.Semaphore(2));
      let granted = 0;
      await harness.dying(() => permits.victim.tryAcquire() && permits.victim.tryAcquire());
      const lost = 2 - permits.main.value;
      await harness.by(first, () => permits.first.acquire().then(() => granted++));
      await harness.by(second, () => permits.second.acquire().then(() => granted++));
      await harness.dying(() => permits.victim.release(2));
      await harness.settle();
      if (harness.isVictimAlive) assert.equal(granted, 2);
      assert.ok(granted + permits.main.value >= 2 - lost);
      assert.ok(permits.main.value === 0 || granted === 2, "no permit is free while somebody waits");
      while (granted < 2) {
        permits.main.release();
        await harness.settle();
      }
      permits.main.release();
      assert.ok(permits.main.tryAcquire());
    }));

  it("is woken for a permit, of two that are free: the next in line gets the other, and its own too if it dies", () =>
    atEveryInstant(async (harness) => {
      const { main, first, second } = harness;
      const permits = harness.share(new main.surface.Semaphore(0));
      let granted = 0;
      // The wait of the worker that dies may end with its death.
      await harness.by(
        harness.victim,
        () =>
          void permits.victim.acquire().then(
            () => granted++,
            () => {},
          ),
      );
      await harness.by(first, () => permits.first.acquire().then(() => granted++));
      await harness.by(second, () => permits.second.acquire().then(() => granted++));
      permits.main.release(2);
      await harness.dyingWakes();
      await harness.settle();
      assert.equal(granted, 2);
      assert.equal(permits.main.value, 0);
      permits.main.release();
      await harness.settle();
      assert.equal(granted + permits.main.value, 3);
    }));

  it("sets an event for which three wait: all are woken, or none", () =>
    atEveryInstant(async (harness) => {
      const { main, first, second } = harness;
      const events = harness.share(new main.surface.Event());
      const woken: string[] = [];
      await harness.by(main, () => events.main.wait().then(() => woken.push("main")));
      await harness.by(first, () => events.first.wait().then(() => woken.push("first")));
      await harness.by(second, () => events.second.wait().then(() => woken.push("second")));
      await harness.dying(() => events.victim.set());
      await harness.settle();
      assert.equal(woken.length, events.main.isSet ? 3 : 0);
      events.main.set();
      await harness.settle();
      assert.equal(woken.length, 3);
    }));

  it("notifies two waiters of a condition: a waiter that was told goes on, and none is told twice", () =>
    atEveryInstant(async (harness) => {
      const { main, first, second } = harness;
      const conditions = harness.share(new main.surface.Condition(harness.keep(new main.surface.Lock())));
      for (const condition of [conditions.main, conditions.victim, conditions.first, conditions.second]) {
        harness.keep(condition.lock);
      }
      const ended: string[] = [];
      const wait = async (name: "first" | "second"): Promise<void> => {
        const { lock } = conditions[name];
        assert.ok(await lock.acquire());
        try {
          assert.ok(await conditions[name].wait());
        } catch (error) {
          assert.ok(error instanceof AbandonedError);
          if (lock.abandoned) lock.recover();
          assert.ok(await lock.acquire());
        }
        ended.push(name);
        lock.release();
      };
      await harness.by(first, () => wait("first"));
      await harness.by(second, () => wait("second"));
      await harness.dying(() => conditions.victim.lock.acquire());
      await harness.dying(() => conditions.victim.notify(2));
      await harness.dying(() => conditions.victim.lock.release());
      await harness.settle();
      if (harness.isVictimAlive) assert.deepEqual(ended, ["first", "second"]);
      const { lock } = conditions.main;
      if (lock.abandoned) lock.recover();
      assert.ok(lock.tryAcquire());
      conditions.main.notifyAll();
      lock.release();
      await harness.settle();
      assert.deepEqual(ended, ["first", "second"]);
    }));

  it("waits at a condition: a notification that it does not live to see goes to the next", () =>
    atEveryInstant(async (harness) => {
      const { main, first } = harness;
      const conditions = harness.share(new main.surface.Condition(harness.keep(new main.surface.Lock())));
      for (const condition of [conditions.main, conditions.victim, conditions.first, conditions.second]) {
        harness.keep(condition.lock);
      }
      let isNotified = false;
      let isSeen = false;
      const { lock } = conditions.main;
      const abort = new AbortController();
      await harness.dying(() => conditions.victim.lock.acquire());
      await harness.dying(() => {
        void conditions.victim
          .wait({ signal: abort.signal })
          .then(() => (isSeen = true))
          .catch(() => {});
      });
      if (lock.abandoned) lock.recover();
      await harness.by(first, async () => {
        await conditions.first.lock.acquire();
        try {
          isNotified = await conditions.first.wait();
        } catch (error) {
          // Told, and then the lock's owner died.
          assert.ok(error instanceof AbandonedError);
          isNotified = true;
          return;
        }
        conditions.first.lock.release();
      });
      assert.ok(lock.tryAcquire());
      conditions.main.notify();
      lock.release();
      await harness.dying(() => abort.abort());
      await harness.dyingWakes();
      assert.equal(isSeen, false);
      await harness.dying(() => conditions.victim.lock.release());
      if (lock.abandoned) lock.recover();
      await harness.settle();
      assert.ok(isNotified);
    }));
});
