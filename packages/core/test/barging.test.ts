import assert from "node:assert/strict";
import fc from "fast-check";
import { afterEach, beforeEach, describe, it } from "vitest";
import type { Lock, Semaphore } from "../src/contracts/sync.js";
import { SLOT_ASLEEP, slotAddress } from "../src/kernel/layout.js";
import { historiesOf } from "./histories.js";
import { SteppedBackend, type Thread } from "./reference/stepped-backend.js";
import { goOn, stopTheWorld, virtual } from "./reference/virtual.js";

const KINDS = ["Lock", "RLock", "Semaphore", "BoundedSemaphore"] as const;
type Kind = (typeof KINDS)[number];
/** How long the first waiter is woken in vain. */
const OVERDUE_MS = 1;

/** A lock or permits, seen by four workers, and the order in which they got it. */
class Fight {
  readonly backend = new SteppedBackend(4);
  readonly threads = this.backend.threads as [Thread, Thread, Thread, Thread];
  readonly locks: (Lock | Semaphore)[];
  readonly order: number[] = [];
  readonly #ends: Promise<void>[] = [];

  constructor(kind: Kind = "Lock", fair = false, permits = 1) {
    const [main] = this.threads;
    const isLock = kind === "Lock" || kind === "RLock";
    const lock = isLock ? new main.surface[kind]({ fair }) : new main.surface[kind](permits, { fair });
    this.locks = this.threads.map((thread) => (thread === main ? lock : this.backend.share(lock, thread)));
  }

  by(n: number, act: (lock: Lock | Semaphore) => unknown): Promise<void> {
    return this.backend.step(this.threads[n] as Thread, () => act(this.locks[n] as Lock | Semaphore));
  }

  /** It waits, and is in `order` once it has the lock. */
  wait(n: number, signal?: AbortSignal, timeout?: number): Promise<void> {
    return this.by(n, (lock) => {
      const options = { ...(signal && { signal }), ...(timeout !== undefined && { timeout }) };
      this.#ends.push(
        lock.acquire(options).then(
          (isHeld) => void (isHeld && this.order.push(n)),
          () => {},
        ),
      );
    });
  }

  wake(n: number): Promise<void> {
    return this.backend.step(this.threads[n] as Thread, () => (this.threads[n] as Thread).wake());
  }

  release(n: number): Promise<void> {
    return this.by(n, (lock) => lock.release());
  }

  async take(n: number): Promise<boolean> {
    let isTaken = false;
    await this.by(n, (lock) => {
      isTaken = lock.tryAcquire();
    });
    return isTaken;
  }

  /** Worker n has the lock, and gives it back and takes it again before the woken waiter is awake. */
  async overtake(n: number): Promise<void> {
    await this.release(n);
    assert.ok(await this.take(n), "it is free while the first waiter wakes up");
  }
}

beforeEach(() => stopTheWorld());
afterEach(() => goOn());

describe.each(KINDS)("a %s that is released while others wait", (kind) => {
  it("is free until the first of them is awake, which then waits on, in its place", async () => {
    const fight = new Fight(kind);
    assert.ok(await fight.take(0));
    await fight.wait(1);
    await fight.wait(2);
    await fight.release(0);
    assert.ok(await fight.take(3));
    await fight.backend.settle();
    assert.deepEqual(fight.order, []);
    assert.equal(fight.threads[0].kernel.waiting(fight.locks[0] as object), 2);
    await fight.release(3);
    await fight.backend.settle();
    assert.deepEqual(fight.order, [1]);
    await fight.release(1);
    await fight.backend.settle();
    assert.deepEqual(fight.order, [1, 2]);
    await fight.release(2);
    assert.ok(await fight.take(0));
  });

  it("is handed to the first once that was woken in vain for a millisecond", async () => {
    const fight = new Fight(kind);
    assert.ok(await fight.take(0));
    await fight.wait(1);
    await fight.wait(2);
    await fight.overtake(0);
    await fight.wake(1);
    virtual.now += OVERDUE_MS - 0.1;
    await fight.overtake(0);
    await fight.wake(1);
    virtual.now += 0.1;
    await fight.overtake(0);
    await fight.wake(1);
    await fight.release(0);
    assert.equal(await fight.take(0), false, "nobody overtakes it any more");
    assert.equal(await fight.take(3), false);
    await fight.wake(1);
    assert.deepEqual(fight.order, [1]);
    await fight.release(1);
    assert.ok(await fight.take(3), "the next one has its own time");
  });

  it("is always handed to the first if it is fair", async () => {
    const fight = new Fight(kind, true);
    assert.ok(await fight.take(0));
    await fight.wait(1);
    await fight.release(0);
    assert.equal(await fight.take(3), false);
    await fight.wake(1);
    assert.deepEqual(fight.order, [1]);
  });

  it("is handed to a waiter of the same worker at once, which has it in the same turn", async () => {
    // One task has an RLock again at once.
    const fight = new Fight(kind === "RLock" ? "Lock" : kind);
    assert.ok(await fight.take(0));
    await fight.wait(0);
    await fight.wait(0);
    await fight.by(0, async (lock) => {
      lock.release();
      assert.equal(lock.tryAcquire(), false);
    });
    assert.deepEqual(fight.order, [0], "without a wake-up");
    await fight.release(0);
    assert.deepEqual(fight.order, [0, 0]);
  });
});

it("an RLock that a task takes before its own wait has woken up is held for that, too", async () => {
  const fight = new Fight("RLock");
  assert.ok(await fight.take(0));
  await fight.wait(1);
  await fight.wait(2);
  await fight.release(0);
  assert.ok(await fight.take(1));
  assert.deepEqual(fight.order, [1], "one task, one owner");
  await fight.release(1);
  assert.equal(await fight.take(0), false, "it is held twice over");
  await fight.release(1);
  await fight.backend.settle();
  assert.deepEqual(fight.order, [1, 2], "the wake-up went to the next");
});

describe("permits that are released while others wait", () => {
  const scene = async (fair = false): Promise<Fight> => {
    const fight = new Fight("Semaphore", fair, 0);
    for (const n of [1, 2, 3]) await fight.wait(n);
    return fight;
  };
  const give = (fight: Fight, n: number): Promise<void> => fight.by(0, (permits) => (permits as Semaphore).release(n));

  it("wake one waiter after the other, in order, for as long as any are free", async () => {
    const fight = await scene();
    await give(fight, 2);
    assert.deepEqual(
      [1, 2, 3].filter((n) => fight.threads[n]?.mayWake),
      [1],
    );
    await fight.wake(1);
    assert.deepEqual(fight.order, [1]);
    await fight.wake(2);
    assert.deepEqual(fight.order, [1, 2]);
    assert.equal(fight.threads[3]?.mayWake, false);
    await give(fight, 1);
    await fight.wake(3);
    assert.deepEqual(fight.order, [1, 2, 3]);
  });

  it("wake the next waiter at once if the first computes, which is given one, released together or one by one", async () => {
    for (const releases of [[2], [1, 1]]) {
      const fight = await scene();
      const [, { kernel }, second] = fight.threads;
      Atomics.store(kernel.region.i32, slotAddress(kernel.slot) + SLOT_ASLEEP, 0);
      for (const n of releases) await give(fight, n);
      assert.equal(second.mayWake, true);
      await fight.wake(2);
      assert.deepEqual(fight.order, [2]);
      assert.equal(await fight.take(0), false);
      await fight.wake(1);
      assert.deepEqual(fight.order, [2, 1]);
      await give(fight, 1);
      await fight.wake(3);
      assert.deepEqual(fight.order, [2, 1, 3]);
    }
  });

  it("are counted exactly, though others take some and add some before the first waiter is awake", async () => {
    const fight = await scene();
    await give(fight, 2);
    assert.ok(await fight.take(0));
    await give(fight, 1);
    assert.ok(await fight.take(0));
    assert.ok(await fight.take(0));
    assert.equal(await fight.take(0), false);
    await fight.wake(1);
    assert.deepEqual(fight.order, []);
    await give(fight, 3);
    await fight.backend.settle();
    assert.deepEqual(fight.order, [1, 2, 3]);
    assert.equal((fight.locks[0] as Semaphore).value, 0);
  });

  it("go to all that wait in one step if it is fair, and the rest to everybody", async () => {
    const fight = await scene(true);
    await give(fight, 4);
    assert.ok(await fight.take(0));
    assert.equal(await fight.take(0), false, "the others have theirs");
    await fight.backend.settle();
    assert.deepEqual(fight.order, [1, 2, 3]);
  });
});

describe.each(["Lock", "Semaphore"] as const)(
  "a wake-up for a %s that comes to nothing is passed on: the woken",
  (kind) => {
    const woken = async (): Promise<{ fight: Fight; abort: AbortController }> => {
      const fight = new Fight(kind);
      const abort = new AbortController();
      assert.ok(await fight.take(0));
      await fight.wait(1, abort.signal, 50);
      await fight.wait(2);
      await fight.release(0);
      return { fight, abort };
    };

    it("gives up", async () => {
      const { fight, abort } = await woken();
      await fight.by(1, () => abort.abort());
      await fight.wake(2);
      assert.deepEqual(fight.order, [2]);
    });

    it("dies", async () => {
      const { fight } = await woken();
      await fight.backend.recover(fight.threads[1]);
      await fight.wake(2);
      assert.deepEqual(fight.order, [2]);
    });

    it("is late, and takes it if it is still there", async () => {
      const { fight } = await woken();
      await fight.backend.step(fight.threads[1], () => fight.threads[1].timers.runFirst());
      assert.deepEqual(fight.order, [1]);
    });

    it("is late, and finds it taken: the next release wakes the other", async () => {
      const { fight } = await woken();
      assert.ok(await fight.take(3));
      await fight.backend.step(fight.threads[1], () => fight.threads[1].timers.runFirst());
      await fight.release(3);
      await fight.wake(2);
      assert.deepEqual(fight.order, [2]);
    });

    it("was the only one: it is as if nobody had waited", async () => {
      const fight = new Fight(kind);
      const abort = new AbortController();
      assert.ok(await fight.take(0));
      await fight.wait(1, abort.signal);
      await fight.release(0);
      await fight.by(1, () => abort.abort());
      assert.ok(await fight.take(3));
      await fight.wait(2);
      await fight.release(3);
      await fight.wake(2);
      assert.deepEqual(fight.order, [2]);
    });
  },
);

it.each(["Lock", "Semaphore"] as const)(
  "a worker that blocks elsewhere takes the %s that an async wait of its own is woken for",
  async (kind) => {
    const fight = new Fight(kind);
    assert.ok(await fight.take(0));
    await fight.wait(1);
    await fight.release(0);
    const [main, second] = fight.threads;
    const event = new main.surface.Event();
    const theirs = fight.backend.share(event, second);
    await fight.by(1, () => assert.equal(theirs.waitSync({ timeout: 1 }), false));
    assert.equal(await fight.take(0), false, "it is the blocked worker's");
    await fight.wake(1);
    assert.deepEqual(fight.order, [1]);
  },
);

const steps = historiesOf(
  "wait",
  "wait",
  "release",
  "release",
  "release",
  "take",
  "take",
  "wake",
  "wake",
  "abort",
  "die",
);

it.each(["Lock", "Semaphore"] as const)(
  "waiters for a %s are served in the order in which they came, and nobody overtakes the first after its millisecond",
  async (kind) => {
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        virtual.now = 0;
        const fight = new Fight(kind);
        /** The waiters in order, the time since which each was woken in vain, and whether that is too long ago. */
        let line: { who: number; abort: AbortController; vainSince: number; isOverdue: boolean }[] = [];
        let holder: number | undefined;
        const see = (): void => {
          for (const who of fight.order.splice(0)) {
            assert.equal(who, line[0]?.who, "in order");
            line.shift();
            assert.equal(holder, undefined, "one at a time");
            holder = who;
          }
        };
        for (const { act, who, ms } of history) {
          virtual.now += ms;
          const isWaiting = line.some((waiter) => waiter.who === who);
          const first = line[0];
          if (act === "wait" && !isWaiting && holder !== who) {
            const abort = new AbortController();
            const had = holder;
            line.push({ who, abort, vainSince: Number.POSITIVE_INFINITY, isOverdue: false });
            await fight.wait(who, abort.signal);
            // It was free, and it runs: it need not wait behind one that is being woken.
            if (fight.order[0] === who && had === undefined) {
              assert.equal(first?.isOverdue ?? false, false, "nobody overtakes the first");
              line.unshift(...line.splice(-1));
            }
          } else if (act === "release" && holder !== undefined) {
            const by = holder;
            holder = undefined;
            await fight.release(by);
            if (first?.isOverdue && holder === undefined) {
              assert.equal(await fight.take((first.who + 1) % 4), false, "it was handed over");
            }
          } else if (act === "take" && holder === undefined && !isWaiting) {
            if (await fight.take(who)) {
              assert.equal(first?.isOverdue ?? false, false, "nobody overtakes the first");
              holder = who;
            }
          } else if (act === "wake" && fight.threads[who]?.mayWake) {
            const had = holder;
            await fight.wake(who);
            if (first?.who === who && had !== undefined) {
              first.vainSince = Math.min(first.vainSince, virtual.now);
              first.isOverdue = virtual.now - first.vainSince >= OVERDUE_MS;
            }
          } else if (act === "abort" && isWaiting) {
            const waiter = line.find((each) => each.who === who);
            await fight.by(who, () => waiter?.abort.abort());
            line = line.filter((each) => each !== waiter);
          } else if (act === "die" && isWaiting && who !== 0 && holder !== who && fight.threads[who]?.isAlive) {
            await fight.backend.recover(fight.threads[who] as Thread);
            line = line.filter((each) => each.who !== who);
            return;
          }
          see();
        }
        for (let turn = 0; turn < 20; turn++) {
          await fight.backend.settle();
          see();
          if (holder === undefined) break;
          const by = holder;
          holder = undefined;
          await fight.release(by);
        }
        assert.deepEqual(line, [], "nobody waits for ever");
      }),
      { numRuns: 150 },
    );
  },
);
