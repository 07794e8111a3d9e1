import type {
  BoundedSemaphoreConstructor,
  ConditionConstructor,
  EventConstructor,
  LockConstructor,
  RLockConstructor,
  SemaphoreConstructor,
} from "../contracts/sync.js";
import { checkInteger } from "../kernel/arguments.js";
import type { Kernel } from "../kernel/kernel.js";
import {
  CONDITION_LOCK,
  Kind,
  MAX_PERMITS,
  SEMAPHORE_INITIAL,
  SEMAPHORE_STATE,
  STATUS_OWNER,
} from "../kernel/layout.js";
import * as condition from "../sync/condition.js";
import * as event from "../sync/event.js";
import * as lock from "../sync/lock.js";
import { Mutex } from "../sync/mutex.js";
import * as rlock from "../sync/rlock.js";
import * as semaphore from "../sync/semaphore.js";
import { create, named } from "./bind.js";

export interface SyncClasses {
  readonly Lock: LockConstructor;
  readonly RLock: RLockConstructor;
  readonly Condition: ConditionConstructor;
  readonly Semaphore: SemaphoreConstructor;
  readonly BoundedSemaphore: BoundedSemaphoreConstructor;
  readonly Event: EventConstructor;
}

/** The primitives of synchronisation, bound to one kernel. */
export function bindSync(kernel: Kernel): SyncClasses {
  const { cells } = kernel;

  class Lock extends lock.Lock {
    constructor() {
      super(kernel, create(kernel, Kind.Lock, 1));
      cells.register(this, this.cell);
    }

    static named(name: string): Lock {
      return named(kernel, Kind.Lock, "Lock", name, [], () => new Lock());
    }
  }

  class RLock extends rlock.RLock {
    constructor() {
      super(kernel, create(kernel, Kind.RLock, 3));
      cells.register(this, this.cell);
    }

    static named(name: string): RLock {
      return named(kernel, Kind.RLock, "RLock", name, [], () => new RLock());
    }
  }

  for (const [kind, base, bound] of [
    [Kind.Lock, lock.Lock, Lock],
    [Kind.RLock, rlock.RLock, RLock],
  ] as const) {
    cells.define(kind, {
      proxy: (cell) => Reflect.construct(base, [kernel, cell], bound),
      handOn: (cell, node) => new Mutex(kernel, cell).handOn(node),
      bury: (cell, owner) => new Mutex(kernel, cell).bury(owner),
      ownerOf: (cell) => new Mutex(kernel, cell).owner,
    });
  }

  class Condition extends condition.Condition {
    constructor(guard: unknown = new RLock()) {
      if (!(guard instanceof lock.Lock)) throw new TypeError("A Condition needs a Lock or RLock of the same adapter");
      super(kernel, createCondition(kernel, guard));
      cells.register(this, this.cell);
    }

    static named(name: string, guard?: lock.Lock): Condition {
      const args = guard === undefined ? [] : [cells.handleOf(guard)];
      return named(kernel, Kind.Condition, "Condition", name, args, () => new Condition(guard));
    }
  }
  cells.define(Kind.Condition, {
    proxy: (cell) => Reflect.construct(condition.Condition, [kernel, cell], Condition),
    handOn: (cell, node) => condition.handOn(kernel, cell, node),
    destroy: (cell) => cells.referNoMore(cell + CONDITION_LOCK),
  });

  class Semaphore extends semaphore.Semaphore {
    constructor(value = 1) {
      super(kernel, createSemaphore(kernel, Kind.Semaphore, value));
      cells.register(this, this.cell);
    }

    static named(name: string, value = 1): Semaphore {
      return named(kernel, Kind.Semaphore, "Semaphore", name, [value], () => new Semaphore(value));
    }
  }
  const handOn = (cell: number, node: number): void => semaphore.handOn(kernel, cell, node);
  const bury = (cell: number): void => new semaphore.Semaphore(kernel, cell).bury();
  cells.define(Kind.Semaphore, {
    proxy: (cell) => Reflect.construct(semaphore.Semaphore, [kernel, cell], Semaphore),
    handOn,
    bury,
  });

  class BoundedSemaphore extends semaphore.BoundedSemaphore {
    constructor(value = 1) {
      super(kernel, createSemaphore(kernel, Kind.BoundedSemaphore, value));
      cells.register(this, this.cell);
    }

    static named(name: string, value = 1): BoundedSemaphore {
      return named(kernel, Kind.BoundedSemaphore, "BoundedSemaphore", name, [value], () => new BoundedSemaphore(value));
    }
  }
  cells.define(Kind.BoundedSemaphore, {
    proxy: (cell) => Reflect.construct(semaphore.BoundedSemaphore, [kernel, cell], BoundedSemaphore),
    handOn,
    bury,
  });
  // Bound classes extend their own proxies' classes, not one another; for `instanceof` an rlock is a lock all the same.
  for (const [bound, base] of [
    [Lock, lock.Lock],
    [Semaphore, semaphore.Semaphore],
  ] as const) {
    Object.defineProperty(bound, Symbol.hasInstance, { value: (value: unknown) => value instanceof base });
  }

  class Event extends event.Event {
    constructor() {
      super(kernel, create(kernel, Kind.Event, 1));
      cells.register(this, this.cell);
    }

    static named(name: string): Event {
      return named(kernel, Kind.Event, "Event", name, [], () => new Event());
    }
  }
  cells.define(Kind.Event, {
    proxy: (cell) => Reflect.construct(event.Event, [kernel, cell], Event),
    handOn: (cell, node) => new event.Flag(kernel, cell, "").handOn(node),
    bury: (cell) => new event.Flag(kernel, cell, "").finishSetting(),
  });

  cells.define(Kind.Status, {
    proxy: (cell) => new event.Flag(kernel, cell, "the end of a worker"),
    handOn: (cell, node) => new event.Flag(kernel, cell, "").handOn(node),
    ownerOf: (cell) => kernel.region.i32[cell + STATUS_OWNER] as number,
  });

  return { Lock, RLock, Condition, Semaphore, BoundedSemaphore, Event };
}

function createCondition(kernel: Kernel, guard: lock.Lock): number {
  if (kernel.cells.handleOf(guard) === undefined) {
    throw new TypeError("A Condition needs a Lock or RLock of the same adapter");
  }
  const cell = create(kernel, Kind.Condition, 1);
  kernel.cells.referTo(cell + CONDITION_LOCK, guard);
  return cell;
}

function createSemaphore(kernel: Kernel, kind: Kind, value: number): number {
  checkInteger(value, "The value of a semaphore", 0, MAX_PERMITS);
  const cell = create(kernel, kind, 2);
  Atomics.store(kernel.region.i32, cell + SEMAPHORE_INITIAL, value);
  Atomics.store(kernel.region.i32, cell + SEMAPHORE_STATE, value);
  return cell;
}
