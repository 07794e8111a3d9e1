import assert from "node:assert/strict";
import { describe, it } from "vitest";
import type { Kernel } from "../src/kernel/kernel.js";
import {
  ALLOCATOR_LATCH,
  CELL_LATCH,
  MAX_WORKERS,
  NAMES_LATCH,
  SLOT_LATCH,
  slotAddress,
} from "../src/kernel/layout.js";
import { CrashInjector, Overflow } from "./reference/crash-injector.js";
import { SteppedBackend, type Surface } from "./reference/stepped-backend.js";
import { goOn, stopTheWorld } from "./reference/virtual.js";
import { workers } from "./workers.js";

function assertLatchesAreFree({ region, allocator }: Kernel): void {
  const latches = [ALLOCATOR_LATCH, NAMES_LATCH];
  allocator.walk((cell) => latches.push(cell + CELL_LATCH));
  for (let slot = 0; slot < MAX_WORKERS; slot++) latches.push(slotAddress(slot) + SLOT_LATCH);
  assert.deepEqual(
    latches.filter((latch) => Atomics.load(region.i32, latch) !== 0),
    [],
    "latches are free, and nobody is on record for one",
  );
}

/** Every operation that has a section of its own, again and again: each call must be possible after any number of failures. */
const operations = {
  queue: (surface: Surface) => {
    const queue = new surface.Queue<number>();
    return () => {
      queue.putNowait(queue.size);
      queue.putNowait(queue.size);
      queue.getNowait();
    };
  },
  "priority queue": (surface: Surface) => {
    const queue = new surface.PriorityQueue<[number, number]>();
    return () => {
      queue.putNowait([queue.size & 3, 1]);
      queue.putNowait([queue.size & 7, 2]);
      queue.getNowait();
    };
  },
  "stack of objects": (surface: Surface) => {
    const queue = new surface.LifoQueue<object>();
    const lock = new surface.Lock();
    return () => {
      queue.putNowait([lock]);
      queue.getNowait();
    };
  },
  event: (surface: Surface) => {
    const event = new surface.Event();
    return () => {
      event.set();
      event.clear();
    };
  },
  "lock for readers and writers": (surface: Surface) => {
    const lock = new surface.RWLock();
    return () => {
      lock.holdReadSync({ timeout: 0 }).release();
    };
  },
  barrier: (surface: Surface) => {
    const barrier = new surface.Barrier(2);
    return () => {
      barrier.abort();
      barrier.reset();
    };
  },
  "named objects": (surface: Surface) => {
    let n = 0;
    return () => {
      surface.Lock.named(`lock ${n++ % 50}`);
    };
  },
} as const;

/** Vite's getter of an import catches an overflow that happens in it, and gives undefined. */
const isLostImport = (error: unknown): boolean =>
  error instanceof TypeError && error.message === "undefined is not a function";

describe("a stack that overflows", () => {
  it.each(Object.keys(operations) as (keyof typeof operations)[])(
    "gives every latch back at once, wherever it does in what is done to a %s",
    (name) => {
      const [{ kernel, surface }] = workers();
      const operate = operations[name](surface as Surface);
      operate();
      let depth = 0;
      let isOperating = false;
      const dive = (from: number): void => {
        depth++;
        if (depth > from) {
          isOperating = true;
          operate();
          isOperating = false;
        }
        dive(from);
      };
      /** Calls itself until the stack overflows, at a depth beyond `from` with `operate` at each. */
      const overflow = (from: number): void => {
        depth = 0;
        isOperating = false;
        try {
          dive(from);
        } catch (error) {
          if (!(error instanceof RangeError) && !isLostImport(error)) throw error;
        }
      };
      let overflows = 0;
      for (let room = 20; room < 100; room++) {
        overflow(Number.POSITIVE_INFINITY);
        overflow(depth - room);
        if (isOperating) overflows++;
        assertLatchesAreFree(kernel);
      }
      assert.ok(overflows > 40, `it overflowed within ${overflows} times`);
      operate();
    },
  );
});

describe("an exception before any change to the region", () => {
  /** Plays `scene` with an overflow before the first change of one worker's, before the second, and so on, until it meets none. */
  async function atEveryChange(scene: (harness: Thrower) => Promise<void>): Promise<void> {
    let instant = 0;
    for (let hasThrown = true; hasThrown; instant++) {
      stopTheWorld();
      try {
        const harness = new Thrower(instant);
        await scene(harness);
        await harness.end();
        hasThrown = harness.injector.hasThrown;
      } catch (error) {
        throw new Error(`thrown before change number ${instant}`, { cause: error });
      } finally {
        goOn();
      }
    }
    assert.ok(instant > 5, `there were changes: ${instant}`);
  }

  class Thrower {
    readonly backend = new SteppedBackend(3);
    readonly injector: CrashInjector;

    constructor(instant: number) {
      const [, worker] = this.backend.threads;
      assert.ok(worker);
      worker.kernel.waiters.freeNode(worker.kernel.waiters.newNode());
      this.injector = new CrashInjector(worker, instant, true);
    }

    get main() {
      return this.backend.main;
    }

    /** The worker does `act`; whether that threw. */
    async try(act: () => unknown): Promise<boolean> {
      let isDone = false;
      const attempt = async (): Promise<void> => {
        try {
          await act();
          isDone = true;
        } catch (error) {
          if (!(error instanceof Overflow)) throw error;
        }
      };
      await this.injector.step(this.backend, attempt);
      return !isDone;
    }

    /** As {@link try}, again if it threw: nothing throws twice. */
    async insist(act: () => unknown): Promise<void> {
      if (await this.try(act)) await this.try(act);
    }

    /** Another worker's object, for each of the three. */
    share<T extends object>(object: T): [main: T, its: T, other: T] {
      const [, its, other] = this.backend.threads;
      assert.ok(its && other);
      return [object, this.backend.share(object, its), this.backend.share(object, other)];
    }

    async by(n: number, act: () => unknown): Promise<void> {
      const thread = this.backend.threads[n];
      assert.ok(thread);
      await this.backend.step(thread, act);
    }

    async end(): Promise<void> {
      const [, worker] = this.backend.threads;
      assert.ok(worker);
      // A section that no `finally` has ended is ended by the next one.
      await this.insist(() => new worker.surface.Event().set());
      await this.backend.settle();
      assertLatchesAreFree(this.main.kernel);
    }
  }

  it.each(["Queue", "LifoQueue", "PriorityQueue"] as const)(
    "of a worker that puts into a %s: the item is in it or not, and a waiter gets it",
    (kind) =>
      atEveryChange(async (harness) => {
        const [queue, its, others] = harness.share(new harness.main.surface[kind]<string>());
        const got: string[] = [];
        await harness.by(2, () => others.get().then((item) => got.push(item)));
        const hasThrown = await harness.try(() => its.putNowait("item"));
        await harness.insist(() => its.putNowait("next"));
        await harness.end();
        if (!hasThrown) assert.equal(got.length, 1);
        while (!queue.isEmpty) {
          got.push(queue.getNowait());
          await harness.backend.settle();
        }
        assert.ok(got.includes("next"));
        assert.ok(got.filter((item) => item === "item").length <= 1);
        assert.ok(got.includes("item") || hasThrown);
        queue.putNowait("last");
        await harness.backend.settle();
      }),
  );

  it.each(["Queue", "LifoQueue", "PriorityQueue"] as const)(
    "of a worker that gets from a full %s: a waiter for a place gets it, and no item comes twice",
    (kind) =>
      atEveryChange(async (harness) => {
        const [queue, its, others] = harness.share(new harness.main.surface[kind]<string>(1));
        queue.putNowait("a");
        let isPut = false;
        await harness.by(2, () => others.put("b").then(() => (isPut = true)));
        const got: string[] = [];
        await harness.try(() => got.push(its.getNowait()));
        await harness.end();
        if (got.length > 0) assert.ok(isPut);
        while (!queue.isEmpty) {
          got.push(queue.getNowait());
          await harness.backend.settle();
        }
        assert.ok(isPut && got.includes("b") && got.length <= 2);
      }),
  );

  it("of a worker that releases a lock: it is released or still held, and a waiter gets it then", () =>
    atEveryChange(async (harness) => {
      const [lock, its, others] = harness.share(new harness.main.surface.Lock());
      let isHeld = false;
      assert.ok(its.tryAcquire());
      await harness.by(2, () => others.acquire().then(() => (isHeld = true)));
      await harness.try(() => its.release());
      await harness.end();
      if (!isHeld) {
        assert.ok(its.locked);
        its.release();
        await harness.backend.settle();
      }
      assert.ok(isHeld);
      others.release();
      assert.ok(lock.tryAcquire());
    }));

  it("of a worker that gives permits back: those who wait get what was given", () =>
    atEveryChange(async (harness) => {
      const [permits, its, others] = harness.share(new harness.main.surface.Semaphore(0));
      let held = 0;
      for (let n = 0; n < 2; n++) await harness.by(2, () => others.acquire().then(() => held++));
      const hasThrown = await harness.try(() => its.release(2));
      const { kernel } = harness.main;
      if (Atomics.load(kernel.region.i32, slotAddress(harness.injector.thread.slot) + SLOT_LATCH) === 0) {
        await harness.backend.settle();
        assert.equal(
          kernel.usage().waiters,
          kernel.waiting(permits),
          "a worker that was granted something was told so",
        );
      }
      await harness.end();
      if (!hasThrown) assert.equal(held, 2);
      // Nobody waits while permits are free.
      assert.ok(held === 2 || permits.value === 0);
      permits.release(4);
      await harness.backend.settle();
      assert.equal(held, 2);
      assert.ok(permits.value >= 2);
    }));

  it("of a worker that sets an event or notifies: waiters that were woken in it wake, and others wait on", () =>
    atEveryChange(async (harness) => {
      const { surface } = harness.main;
      const [event, itsEvent, othersEvent] = harness.share(new surface.Event());
      const [condition, itsCondition, othersCondition] = harness.share(new surface.Condition(new surface.Lock()));
      let woken = 0;
      for (let n = 0; n < 2; n++) await harness.by(2, () => othersEvent.wait().then(() => woken++));
      const wait = async (): Promise<void> => {
        await othersCondition.lock.acquire();
        await othersCondition.wait();
        woken += 10;
        othersCondition.lock.release();
      };
      await harness.by(2, wait);
      await harness.try(async () => {
        itsEvent.set();
        await itsCondition.lock.acquire();
        itsCondition.notifyAll();
        itsCondition.lock.release();
      });
      await harness.end();
      if (condition.lock.locked) condition.lock.release();
      await harness.backend.settle();
      await harness.by(0, async () => {
        event.set();
        await condition.lock.acquire();
        condition.notifyAll();
        condition.lock.release();
      });
      await harness.backend.settle();
      assert.equal(woken, 12);
    }));
});
