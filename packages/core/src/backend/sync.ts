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
import { Round } from "../sync/round.js";
import * as semaphore from "../sync/semaphore.js";
import { type Arity, refuseSurplus } from "./arity.js";
import { type Backend, exportedAs } from "./bindings.js";
import { bindClass, create, isFair, named } from "./create.js";
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
export const bindCondition = (kernel: Kernel, RLock: RLockConstructor): ConditionConstructor =>
  bindClass(kernel, "Condition", condition.Condition, {
    kind: Kind.Condition,
    most: 1,
    create: (guard: unknown = new RLock()) => createCondition(kernel, guard),
    agreed: (guard?: object) => (guard === undefined ? [] : [kernel.cells.handleOf(guard)]),
    operations: {
      passGrant: (cell, node) => condition.passGrant(kernel, cell, node),
      destroy: (cell) => kernel.cells.referNoMore(cell + CONDITION_LOCK),
    },
  }) as ConditionConstructor;

export const bindSemaphore = (kernel: Kernel): SemaphoreConstructor =>
  bindClass(
    kernel,
    "Semaphore",
    semaphore.Semaphore,
    semaphoreOf(kernel, Kind.Semaphore, (cell, node) => semaphore.passGrant(kernel, cell, node)),
  ) as SemaphoreConstructor;

export const bindBoundedSemaphore = (kernel: Kernel): BoundedSemaphoreConstructor =>
  bindClass(
    kernel,
    "BoundedSemaphore",
    semaphore.BoundedSemaphore,
    semaphoreOf(kernel, Kind.BoundedSemaphore, (cell, node) => semaphore.passBoundedGrant(kernel, cell, node)),
  ) as BoundedSemaphoreConstructor;

/** As with Lock: for `instanceof` a bounded semaphore is a semaphore. */
const semaphoreOf = (kernel: Kernel, kind: Kind, passGrant: (cell: number, node: number) => void) => ({
  kind,
  most: 2,
  create: (value = 1, options?: SemaphoreOptions) => createSemaphore(kernel, kind, value, options),
  agreed: (value = 1, options?: SemaphoreOptions) => [value, isFair("A semaphore", options)],
  operations: {
    passGrant,
    onCancel: (cell: number) => semaphore.onCancel(kernel, cell),
    onOwnerDeath: (cell: number) => new semaphore.Semaphore(kernel, cell).onOwnerDeath(),
  },
  instancesOf: "Semaphore",
});

export const bindEvent = (kernel: Kernel): EventConstructor =>
  bindClass(kernel, "Event", event.Event, {
    kind: Kind.Event,
    most: 0,
    create: () => create(kernel, Kind.Event, 1),
    agreed: () => [],
    operations: {
      passGrant: (cell, node) => new event.Flag(kernel, cell, "").passGrant(node),
      onOwnerDeath: (cell) => new event.Flag(kernel, cell, "").finishSetting(),
    },
  }) as EventConstructor;

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
