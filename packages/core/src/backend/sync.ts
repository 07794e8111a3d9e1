import type {
  BarrierConstructor,
  BarrierOptions,
  BoundedSemaphoreConstructor,
  ConditionConstructor,
  EventConstructor,
  RLockConstructor,
  SemaphoreConstructor,
  SemaphoreOptions,
} from "../contracts/sync.js";
import { typeError } from "../contracts/wrong-use.js";
import { checkInteger, checkOptions, checkTimeout, describe } from "../kernel/arguments.js";
import type { KindOperations } from "../kernel/cells.js";
import type { Kernel } from "../kernel/kernel.js";
import {
  BARRIER_PARTIES,
  BARRIER_TEXT,
  BARRIER_TIMEOUT,
  CELL_PAYLOAD,
  CONDITION_LOCK,
  Kind,
  MAX_PERMITS,
  NODE_WAIT_QUEUE,
  SEMAPHORE_FAIR,
  SEMAPHORE_INITIAL,
  SEMAPHORE_STATE,
  SEMAPHORE_WORDS,
  STATUS_OWNER,
  WAIT_QUEUE_A,
  WORD,
} from "../kernel/layout.js";
import { nameOf, writeAction } from "../sync/action.js";
import * as barrier from "../sync/barrier.js";
import * as condition from "../sync/condition.js";
import * as event from "../sync/event.js";
import type * as lock from "../sync/lock.js";
import { Round } from "../sync/round.js";
import * as semaphore from "../sync/semaphore.js";
import { type Arity, refuseSurplus } from "./arity.js";
import { type Backend, exportedAs } from "./bindings.js";
import { alsoInstances, create, isFair, named } from "./create.js";
import { RLock } from "./locks.js";

const CONDITION: Arity = {
  throws: ["notifyAll dispose", "notify waitSync", "named waitForSync"],
  rejects: ["", "wait", "waitFor"],
};
const SEMAPHORE: Arity = {
  throws: ["tryAcquire tryHold dispose", "release acquireSync holdSync", "runSync", "named"],
  rejects: ["", "acquire hold", "run"],
  instead: { value: "acquire and release change it" },
};
const EVENT: Arity = {
  throws: ["set clear dispose", "named waitSync"],
  rejects: ["", "wait"],
  instead: { isSet: "set and clear change it" },
};
const BARRIER: Arity = {
  throws: ["reset abort dispose", "waitSync", "", "named"],
  rejects: ["", "wait"],
  instead: { parties: "they are given as it is made" },
};

export const Condition = (backend: Backend): ConditionConstructor =>
  backend.get("Condition", (own) => exportedAs("Condition", bindCondition(own.kernel, RLock(own)), CONDITION));

export const Semaphore = (backend: Backend): SemaphoreConstructor =>
  backend.get("Semaphore", ({ kernel }) => exportedAs("Semaphore", bindSemaphore(kernel), SEMAPHORE));

export const BoundedSemaphore = (backend: Backend): BoundedSemaphoreConstructor =>
  backend.get("BoundedSemaphore", ({ kernel }) =>
    exportedAs("BoundedSemaphore", bindBoundedSemaphore(kernel), SEMAPHORE),
  );

export const Event = (backend: Backend): EventConstructor =>
  backend.get("Event", ({ kernel }) => exportedAs("Event", bindEvent(kernel), EVENT));

export const Barrier = (backend: Backend): BarrierConstructor =>
  backend.get("Barrier", ({ kernel }) => exportedAs("Barrier", bindBarrier(kernel), BARRIER));

/** `RLock` is the class whose objects a condition makes for itself. */
export function bindCondition(kernel: Kernel, RLock: RLockConstructor): ConditionConstructor {
  const { cells } = kernel;

  class Condition extends condition.Condition {
    constructor(guard: unknown = new RLock(), ...surplus: []) {
      refuseSurplus(1, "new Condition", surplus);
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
    passGrant: (cell, node) => condition.passGrant(kernel, cell, node),
    destroy: (cell) => cells.referNoMore(cell + CONDITION_LOCK),
  });
  return Condition;
}

export function bindSemaphore(kernel: Kernel): SemaphoreConstructor {
  const { cells } = kernel;

  class Semaphore extends semaphore.Semaphore {
    constructor(value = 1, options?: SemaphoreOptions, ...surplus: []) {
      refuseSurplus(2, "new Semaphore", surplus);
      super(kernel, createSemaphore(kernel, Kind.Semaphore, value, options));
      cells.register(this, this.cell);
    }

    static named(name: string, value = 1, options?: SemaphoreOptions): Semaphore {
      const args = [value, isFair("A semaphore", options)];
      return named(kernel, Kind.Semaphore, "Semaphore", name, args, () => new Semaphore(value, options));
    }
  }
  alsoInstances(Semaphore, semaphore.Semaphore, "Semaphore");
  cells.define(Kind.Semaphore, {
    ...semaphoreOperations(kernel),
    proxy: (cell) => Reflect.construct(semaphore.Semaphore, [kernel, cell], Semaphore),
  });
  return Semaphore;
}

export function bindBoundedSemaphore(kernel: Kernel): BoundedSemaphoreConstructor {
  const { cells } = kernel;

  class BoundedSemaphore extends semaphore.BoundedSemaphore {
    constructor(value = 1, options?: SemaphoreOptions, ...surplus: []) {
      refuseSurplus(2, "new BoundedSemaphore", surplus);
      super(kernel, createSemaphore(kernel, Kind.BoundedSemaphore, value, options));
      cells.register(this, this.cell);
    }

    static named(name: string, value = 1, options?: SemaphoreOptions): BoundedSemaphore {
      const args = [value, isFair("A semaphore", options)];
      return named(
        kernel,
        Kind.BoundedSemaphore,
        "BoundedSemaphore",
        name,
        args,
        () => new BoundedSemaphore(value, options),
      );
    }
  }
  // As with Lock: for `instanceof` a bounded semaphore is a semaphore.
  alsoInstances(undefined, semaphore.BoundedSemaphore, "Semaphore");
  cells.define(Kind.BoundedSemaphore, {
    ...semaphoreOperations(kernel),
    passGrant: (cell, node) => semaphore.passBoundedGrant(kernel, cell, node),
    proxy: (cell) => Reflect.construct(semaphore.BoundedSemaphore, [kernel, cell], BoundedSemaphore),
  });
  return BoundedSemaphore;
}

const semaphoreOperations = (kernel: Kernel): KindOperations => ({
  passGrant: (cell, node) => semaphore.passGrant(kernel, cell, node),
  onCancel: (cell) => semaphore.onCancel(kernel, cell),
  onOwnerDeath: (cell) => new semaphore.Semaphore(kernel, cell).onOwnerDeath(),
});

export function bindEvent(kernel: Kernel): EventConstructor {
  const { cells } = kernel;

  class Event extends event.Event {
    constructor(...surplus: []) {
      refuseSurplus(0, "new Event", surplus);
      super(kernel, create(kernel, Kind.Event, 1));
      cells.register(this, this.cell);
    }

    static named(name: string): Event {
      return named(kernel, Kind.Event, "Event", name, [], () => new Event());
    }
  }
  cells.define(Kind.Event, {
    proxy: (cell) => Reflect.construct(event.Event, [kernel, cell], Event),
    passGrant: (cell, node) => new event.Flag(kernel, cell, "").passGrant(node),
    onOwnerDeath: (cell) => new event.Flag(kernel, cell, "").finishSetting(),
  });

  return Event;
}

/** Binds the kind by which a worker's end is waited for. Users have no objects of it. */
export function bindStatus(kernel: Kernel): void {
  kernel.cells.define(Kind.Status, {
    proxy: (cell) => new event.Flag(kernel, cell, "the end of a worker"),
    passGrant: (cell, node) => new event.Flag(kernel, cell, "").passGrant(node),
    ownersOf: (cell) => [kernel.region.i32[cell + STATUS_OWNER] as number],
  });
}

export function bindBarrier(kernel: Kernel): BarrierConstructor {
  const { cells } = kernel;

  class Barrier extends barrier.Barrier {
    constructor(parties: number, options: BarrierOptions = {}, ...surplus: []) {
      refuseSurplus(2, "new Barrier", surplus);
      super(kernel, createBarrier(kernel, parties, options), options.action);
      cells.register(this, this.cell);
    }

    static named(name: string, parties: number, options: BarrierOptions = {}): Barrier {
      checkBarrierOptions(options);
      const task = nameOf(kernel, options.action);
      if (options.action !== undefined && task === undefined) {
        throw typeError("The action of a named barrier is a task: any worker may come to run it");
      }
      const args = [parties, options.timeout, task && [...task]];
      return named(kernel, Kind.Barrier, "Barrier", name, args, () => new Barrier(parties, options));
    }
  }
  cells.define(Kind.Barrier, {
    proxy: (cell) => Reflect.construct(barrier.Barrier, [kernel, cell], Barrier),
    passGrant: (cell, node) => new Round(kernel, cell).passGrant(node),
    onCancel: (cell, waitQueue) => new Round(kernel, cell).onCancel(waitQueue),
    outlastsTimeout: (cell, node) =>
      kernel.region.i32[node + NODE_WAIT_QUEUE] === WAIT_QUEUE_A && new Round(kernel, cell).isComplete,
    onOwnerDeath: (cell, owner) => kernel.waiters.inSection(cell, () => new Round(kernel, cell).onOwnerDeath(owner)),
  });

  return Barrier;
}

function createCondition(kernel: Kernel, guard: unknown): number {
  if (!isLock(kernel, guard)) {
    throw typeError("A Condition needs a Lock or RLock of the same adapter");
  }
  const cell = create(kernel, Kind.Condition, 1);
  kernel.cells.referTo(cell + CONDITION_LOCK, guard);
  return cell;
}

/** Not by its class, which may be of another copy of this package. */
function isLock({ cells }: Kernel, guard: unknown): guard is object {
  const kind = typeof guard === "object" && guard !== null ? cells.handleOf(guard)?.kind : undefined;
  return kind === Kind.Lock || kind === Kind.RLock;
}

function createSemaphore(kernel: Kernel, kind: Kind, value: number, options: SemaphoreOptions | undefined): number {
  checkInteger(value, "The value of a semaphore", 0, MAX_PERMITS);
  const fair = isFair("A semaphore", options);
  const cell = create(kernel, kind, SEMAPHORE_WORDS);
  kernel.region.i32[cell + SEMAPHORE_FAIR] = Number(fair);
  Atomics.store(kernel.region.i32, cell + SEMAPHORE_INITIAL, value);
  Atomics.store(kernel.region.i32, cell + SEMAPHORE_STATE, value);
  return cell;
}

const checkBarrierOptions = (options: BarrierOptions): void =>
  checkOptions(options, "new Barrier", ["action", "timeout"]);

function createBarrier(kernel: Kernel, parties: number, options: BarrierOptions): number {
  checkBarrierOptions(options);
  const { action, timeout } = options;
  checkInteger(parties, "The number of parties", 1, MAX_PERMITS);
  const limits = checkTimeout(timeout);
  if (action !== undefined && typeof action !== "function") {
    throw typeError(`The action of a barrier is a function, not ${describe(action)}`);
  }
  const task = nameOf(kernel, action);
  const textWords = Math.ceil((task?.length ?? 0) / WORD);
  const cell = create(kernel, Kind.Barrier, BARRIER_TEXT - CELL_PAYLOAD + textWords);
  const { i32, memory } = kernel.region;
  i32[cell + BARRIER_PARTIES] = parties;
  new Float64Array(memory.buffer, (cell + BARRIER_TIMEOUT) * WORD, 1)[0] = limits;
  writeAction(kernel, cell, action, task);
  return cell;
}
