import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { AbandonedError } from "../src/contracts/errors.js";
import type { Lock } from "../src/contracts/sync.js";
import { Holders } from "./reference/holders.js";
import type { Thread } from "./reference/loom.js";
import { atEveryInstant } from "./reference/stage.js";

describe("a worker killed at any instant while it", () => {
  it("takes and releases a lock that others wait for", () =>
    atEveryInstant(async (stage) => {
      const { main, doomed, first, second } = stage;
      const locks = stage.share(new main.surface.Lock());
      const lockOf = (thread: Thread): Lock => (thread === first ? locks.first : locks.second);
      const holders = new Holders(stage);
      await stage.dying(() => holders.take(doomed, locks.doomed));
      await stage.by(first, () => holders.take(first, locks.first));
      await stage.by(second, () => holders.take(second, locks.second));
      await stage.dying(() => holders.giveBack(locks.doomed));
      await holders.drain(lockOf);
      assert.deepEqual(
        holders.order.filter((thread) => thread !== doomed),
        [first, second],
      );
      assert.equal(locks.main.locked || locks.main.abandoned, false);
    }));

  it("waits for a lock and gets it", () =>
    atEveryInstant(async (stage) => {
      const { main, doomed, first, second } = stage;
      const locks = stage.share(new main.surface.Lock());
      const lockOf = (thread: Thread): Lock => (thread === first ? locks.first : locks.second);
      const holders = new Holders(stage);
      await stage.by(first, () => holders.take(first, locks.first));
      await stage.dying(() => holders.take(doomed, locks.doomed));
      await stage.by(second, () => holders.take(second, locks.second));
      await stage.by(first, () => holders.giveBack(locks.first));
      await stage.dyingWakes();
      await stage.dying(() => holders.giveBack(locks.doomed));
      await holders.drain(lockOf);
      assert.equal(holders.order.at(-1), second);
      assert.equal(locks.main.locked || locks.main.abandoned, false);
    }));

  it("waits for the first time, and makes room for its waits", () =>
    atEveryInstant(
      async (stage) => {
        const events = stage.share(new stage.main.surface.Event());
        await stage.dying(() => events.doomed.wait());
        events.main.set();
        await stage.dyingWakes();
      },
      { isFresh: true },
    ));

  it("gives up waiting for a lock, granted or not: the next in line gets it, and it is not abandoned", async () => {
    for (const isGranted of [true, false]) {
      await atEveryInstant(async (stage) => {
        const { main, first } = stage;
        const locks = stage.share(new main.surface.Lock());
        const abort = new AbortController();
        let isHeld = false;
        locks.main.tryAcquire();
        await stage.dying(() => locks.doomed.acquire({ signal: abort.signal }).catch(() => {}));
        await stage.by(first, () => locks.first.acquire().then(() => (isHeld = true)));
        if (isGranted) locks.main.release();
        await stage.dying(() => abort.abort());
        if (!isGranted) locks.main.release();
        await stage.settle();
        assert.ok(isHeld);
        locks.first.release();
        assert.equal(locks.main.abandoned, false);
      });
    }
  });

  it("gives up waiting for a permit that it was granted: the next in line gets it, and none is lost", async () => {
    for (const others of [0, 1, 2]) {
      await atEveryInstant(async (stage) => {
        const { main, first, second } = stage;
        const permits = stage.share(new main.surface.Semaphore(0));
        const abort = new AbortController();
        let granted = 0;
        await stage.dying(() => permits.doomed.acquire({ signal: abort.signal }).catch(() => {}));
        if (others > 0) await stage.by(first, () => permits.first.acquire().then(() => granted++));
        if (others > 1) await stage.by(second, () => permits.second.acquire().then(() => granted++));
        permits.main.release();
        await stage.dying(() => abort.abort());
        await stage.settle();
        assert.equal(granted + permits.main.value, 1);
        if (others > 1) permits.main.release();
        await stage.settle();
        assert.equal(granted, others);
      });
    }
  });

  it("takes and releases permits that others wait for: no more are lost than it had", () =>
    atEveryInstant(async (stage) => {
      const { main, first, second } = stage;
      const permits = stage.share(new main.surface.Semaphore(2));
      let granted = 0;
      await stage.dying(() => permits.doomed.tryAcquire() && permits.doomed.tryAcquire());
      const lost = 2 - permits.main.value;
      await stage.by(first, () => permits.first.acquire().then(() => granted++));
      await stage.by(second, () => permits.second.acquire().then(() => granted++));
      await stage.dying(() => permits.doomed.release(2));
      await stage.settle();
      if (stage.isDoomedAlive) assert.equal(granted, 2);
      assert.ok(granted + permits.main.value >= 2 - lost);
      assert.ok(permits.main.value === 0 || granted === 2, "no permit is free while somebody waits");
      while (granted < 2) {
        permits.main.release();
        await stage.settle();
      }
      permits.main.release();
      assert.ok(permits.main.tryAcquire());
    }));

  it("sets an event for which three wait: all are woken, or none", () =>
    atEveryInstant(async (stage) => {
      const { main, first, second } = stage;
      const events = stage.share(new main.surface.Event());
      const woken: string[] = [];
      await stage.by(main, () => events.main.wait().then(() => woken.push("main")));
      await stage.by(first, () => events.first.wait().then(() => woken.push("first")));
      await stage.by(second, () => events.second.wait().then(() => woken.push("second")));
      await stage.dying(() => events.doomed.set());
      await stage.settle();
      assert.equal(woken.length, events.main.isSet ? 3 : 0);
      events.main.set();
      await stage.settle();
      assert.equal(woken.length, 3);
    }));

  it("notifies two who wait at a condition: who was told goes on, and nobody is told twice", () =>
    atEveryInstant(async (stage) => {
      const { main, first, second } = stage;
      const conditions = stage.share(new main.surface.Condition(stage.keep(new main.surface.Lock())));
      for (const condition of [conditions.main, conditions.doomed, conditions.first, conditions.second]) {
        stage.keep(condition.lock);
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
      await stage.by(first, () => wait("first"));
      await stage.by(second, () => wait("second"));
      await stage.dying(() => conditions.doomed.lock.acquire());
      await stage.dying(() => conditions.doomed.notify(2));
      await stage.dying(() => conditions.doomed.lock.release());
      await stage.settle();
      if (stage.isDoomedAlive) assert.deepEqual(ended, ["first", "second"]);
      const { lock } = conditions.main;
      if (lock.abandoned) lock.recover();
      assert.ok(lock.tryAcquire());
      conditions.main.notifyAll();
      lock.release();
      await stage.settle();
      assert.deepEqual(ended, ["first", "second"]);
    }));

  it("waits at a condition: a notification that it does not live to see goes to the next", () =>
    atEveryInstant(async (stage) => {
      const { main, first } = stage;
      const conditions = stage.share(new main.surface.Condition(stage.keep(new main.surface.Lock())));
      for (const condition of [conditions.main, conditions.doomed, conditions.first, conditions.second]) {
        stage.keep(condition.lock);
      }
      let isNotified = false;
      let isSeen = false;
      const { lock } = conditions.main;
      const abort = new AbortController();
      await stage.dying(() => conditions.doomed.lock.acquire());
      await stage.dying(() => {
        void conditions.doomed
          .wait({ signal: abort.signal })
          .then(() => (isSeen = true))
          .catch(() => {});
      });
      if (lock.abandoned) lock.recover();
      await stage.by(first, async () => {
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
      await stage.dying(() => abort.abort());
      await stage.dyingWakes();
      assert.equal(isSeen, false);
      await stage.dying(() => conditions.doomed.lock.release());
      if (lock.abandoned) lock.recover();
      await stage.settle();
      assert.ok(isNotified);
    }));
});
