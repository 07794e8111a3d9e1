import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { AbandonedError } from "../src/contracts/errors.js";
import type { Lock } from "../src/contracts/sync.js";
import { sweep } from "../src/kernel/sweep.js";
import { freeSlot } from "../src/kernel/slots.js";
import type { Thread } from "./reference/loom.js";
import { collect } from "./reference/virtual.js";
import { atEveryInstant, type Stage } from "./reference/stage.js";

/** Who is in a lock's critical section: one at most. */
class Holders {
  readonly #stage: Stage;
  readonly #inside: Thread[] = [];
  readonly order: Thread[] = [];

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Takes the lock, which its owner's death does not keep anybody from. */
  async take(thread: Thread, lock: Lock): Promise<void> {
    for (;;) {
      try {
        assert.ok(await lock.acquire());
        break;
      } catch (error) {
        assert.ok(error instanceof AbandonedError);
        if (lock.abandoned) lock.recover();
      }
    }
    this.#inside.push(thread);
    this.order.push(thread);
    this.alone();
  }

  giveBack(lock: Lock): void {
    this.#inside.pop();
    lock.release();
  }

  alone(): void {
    assert.ok(this.#inside.filter(({ isAlive }) => isAlive).length <= 1, "mutual exclusion");
  }

  /** Whoever has the lock gives it back, until nobody wants it. */
  async drain(lockOf: (thread: Thread) => Lock): Promise<void> {
    await this.#stage.settle();
    for (let n = this.#inside.length; n > 0; n = this.#inside.length) {
      const thread = this.#inside.at(-1) as Thread;
      if (thread.isAlive) await this.#stage.by(thread, () => this.giveBack(lockOf(thread)));
      else this.#inside.pop();
      await this.#stage.settle();
    }
  }
}

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

  it("puts into a queue for which others wait: its item arrives once or not at all", () =>
    atEveryInstant(async (stage) => {
      const { main, first, second } = stage;
      const queues = stage.share(new main.surface.Queue<string>(1));
      const got: string[] = [];
      await stage.by(first, () => queues.first.get().then((item) => got.push(item)));
      await stage.by(second, () => queues.second.get().then((item) => got.push(item)));
      await stage.dying(() => queues.doomed.put("of the dead"));
      await stage.settle();
      if (stage.isDoomedAlive) assert.deepEqual(got, ["of the dead"]);
      await stage.by(main, () => queues.main.put("one").then(() => queues.main.put("two")));
      await stage.settle();
      const all = [...got, ...(queues.main.isEmpty ? [] : [queues.main.getNowait()])];
      assert.deepEqual(
        all.filter((item) => item !== "of the dead"),
        ["one", "two"],
      );
      assert.ok(all.length <= 3);
      assert.equal(queues.main.size, 0);
    }));

  it("waits for a place in a queue: nobody behind it is kept waiting", () =>
    atEveryInstant(async (stage) => {
      const { main, first } = stage;
      const queues = stage.share(new main.surface.Queue<string>(1));
      queues.main.putNowait("first");
      let isPut = false;
      await stage.dying(() => queues.doomed.put("x".repeat(2000)));
      await stage.by(first, () => queues.first.put("of the living").then(() => (isPut = true)));
      const got = [queues.main.getNowait()];
      await stage.dyingWakes();
      await stage.settle();
      while (!queues.main.isEmpty) {
        got.push(queues.main.getNowait());
        await stage.settle();
      }
      assert.ok(isPut);
      assert.deepEqual(
        got.filter((item) => !item.startsWith("x")),
        ["first", "of the living"],
      );
      assert.ok(got.length <= 3);
    }));

  it("gets from a full queue into which others wait to put: what it took is lost with it, and nothing else", () =>
    atEveryInstant(async (stage) => {
      const { main, first, second } = stage;
      const queues = stage.share(new main.surface.Queue<string>(1));
      queues.main.putNowait("a");
      await stage.by(first, () => queues.first.put("b"));
      await stage.by(second, () => queues.second.put("c"));
      await stage.dying(() => queues.doomed.get());
      const lost = queues.main.size === 0 ? 1 : 0;
      await stage.settle();
      const got: string[] = [];
      while (!queues.main.isEmpty) {
        got.push(queues.main.getNowait());
        await stage.settle();
      }
      assert.deepEqual(got, ["a", "b", "c"].slice(-got.length));
      assert.ok(got.length >= 2 - lost + 0 && got.length <= 3);
    }));

  it("gives up waiting for an item that it was promised: the item stays", async () => {
    for (const others of [0, 1]) {
      await atEveryInstant(async (stage) => {
        const { main, first } = stage;
        const queues = stage.share(new main.surface.Queue<string>(1));
        const abort = new AbortController();
        const got: string[] = [];
        await stage.dying(() => queues.doomed.get({ signal: abort.signal }).catch(() => {}));
        if (others > 0) await stage.by(first, () => queues.first.get().then((item) => got.push(item)));
        queues.main.putNowait("item");
        await stage.dying(() => abort.abort());
        await stage.settle();
        if (others === 0) got.push(queues.main.getNowait());
        assert.deepEqual(got, ["item"]);
      });
    }
  });

  it("asks for a named object: there is one, whoever made it", async () => {
    const named = async (stage: Stage): Promise<void> => {
      const { main, doomed, first } = stage;
      await stage.dying(() => doomed.surface.Semaphore.named("permits", 3));
      const ours = main.surface.Semaphore.named("permits", 3);
      const theirs = first.surface.Semaphore.named("permits", 3);
      assert.equal(main.kernel.cells.handleOf(ours)?.address, first.kernel.cells.handleOf(theirs)?.address);
      assert.equal(theirs.value, 3);
      stage.keep(ours);
      stage.keep(theirs);
    };
    // The name, and what it names, stay as long as the program.
    await atEveryInstant(named, { remains: { bytes: 256, objects: 1, waiters: 0 } });
  });

  it("makes objects and lets go of them: none stays behind", () =>
    atEveryInstant(async ({ doomed, dying }) => {
      const { Queue, Condition, Semaphore, Value } = doomed.surface;
      await dying(() => {
        const queue = new Queue<string>();
        queue.putNowait("x".repeat(10));
        queue.putNowait("x".repeat(2000));
        const made = [queue, new Condition(), new Semaphore(2), new Value("i32", 1)];
        for (const object of made) collect(object);
      });
    }));

  it("is the last to let go of a queue: what is in the queue is let go of too, once", () =>
    atEveryInstant(async (stage) => {
      const { main, doomed, dying } = stage;
      const queue = new main.surface.Queue<unknown>();
      const lock = stage.keep(new main.surface.Lock());
      const condition = new main.surface.Condition();
      // So that the frames go round the end of the buffer.
      for (let n = 0; n < 9; n++) queue.putNowait("x".repeat(80));
      for (let n = 0; n < 9; n++) queue.getNowait();
      queue.putNowait([lock, condition]);
      queue.putNowait({ lock });
      const theirs = stage.loom.share(queue, doomed);
      for (const object of [condition, condition.lock, queue]) collect(object);
      await dying(() => collect(theirs));
      assert.ok(lock.tryAcquire());
    }));

  it("clears up after a worker of its own", () =>
    atEveryInstant(async (stage) => {
      const { main, doomed, first } = stage;
      const child = stage.loom.start(doomed);
      const locks = stage.share(new main.surface.Lock());
      const permits = stage.share(new main.surface.Semaphore(0));
      const queues = stage.share(new main.surface.Queue<string>(1));
      const ofChild = <T extends object>(object: T): T => stage.loom.share(object, child);
      const outcomes: unknown[] = [];
      await stage.by(child, () => {
        const queue = new child.surface.Queue<unknown>();
        queue.putNowait(new child.surface.Condition());
        ofChild(locks.main).tryAcquire();
        ofChild(permits.main).acquire();
        ofChild(queues.main).get();
      });
      await stage.by(first, () => locks.first.acquire().catch(({ name }: Error) => outcomes.push(name)));
      await stage.by(first, () => permits.first.acquire().then((isHeld) => outcomes.push(isHeld)));
      await stage.by(first, () => queues.first.get().then((item) => outcomes.push(item)));
      permits.main.release();
      queues.main.putNowait("item");
      child.isAlive = false;
      await stage.dying(() => sweep(doomed.kernel, child.slot));
      if (stage.isDoomedAlive) freeSlot(main.kernel.region, child.slot);
      await stage.settle();
      assert.deepEqual(new Set(outcomes), new Set(["AbandonedError", true, "item"]));
    }));
});
