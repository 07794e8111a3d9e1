import type { LockConstructor, LockOptions, RLockConstructor, RWLockConstructor } from "../contracts/sync.js";
import type { KindOperations } from "../kernel/cells.js";
import type { Kernel } from "../kernel/kernel.js";
import { Kind, LOCK_FAIR, LOCK_WORDS, RW_FAIR, RW_WORDS } from "../kernel/layout.js";
import * as lock from "../sync/lock.js";
import { Mutex } from "../sync/mutex.js";
import * as rlock from "../sync/rlock.js";
import * as rwlock from "../sync/rwlock.js";
import { type Arity, refuseSurplus } from "./arity.js";
import { type Backend, exportedAs } from "./bindings.js";
import { bindClass, create, isFair } from "./create.js";

const LOCK: Arity = {
  throws: ["tryAcquire tryHold release recover dispose", "acquireSync holdSync", "named runSync"],
  rejects: ["", "acquire hold", "run"],
  instead: { locked: "acquire and release change it", abandoned: "recover takes it back into use" },
};
const RWLOCK: Arity = {
  throws: ["tryHoldRead tryHoldWrite recover dispose", "named holdReadSync holdWriteSync", "runReadSync runWriteSync"],
  rejects: ["", "holdRead holdWrite", "runRead runWrite"],
  instead: { abandoned: "recover takes it back into use" },
};

export const Lock = (backend: Backend): LockConstructor =>
  backend.get("Lock", ({ kernel }) => exportedAs("Lock", bindLock(kernel), LOCK));

export const RLock = (backend: Backend): RLockConstructor =>
  backend.get("RLock", ({ kernel }) => exportedAs("RLock", bindRLock(kernel), LOCK));

export const RWLock = (backend: Backend): RWLockConstructor =>
  backend.get("RWLock", ({ kernel }) => exportedAs("RWLock", bindRWLock(kernel), RWLOCK));

export const bindLock = (kernel: Kernel): LockConstructor =>
  bindClass(kernel, "Lock", lock.Lock, {
    ...lockOf(kernel, Kind.Lock),
    operations: {
      ...operationsOf(kernel),
      onOwnerDeath: (cell, owner, isOver) => {
        const mutex = new Mutex(kernel, cell);
        if (isOver && !mutex.isGuarded) mutex.leave(owner);
        else mutex.onOwnerDeath(owner, isOver);
      },
      mayAnyoneEnd: (cell) => !new Mutex(kernel, cell).isGuarded,
    },
  }) as LockConstructor;

export const bindRLock = (kernel: Kernel): RLockConstructor =>
  bindClass(kernel, "RLock", rlock.RLock, {
    ...lockOf(kernel, Kind.RLock),
    operations: {
      ...operationsOf(kernel),
      onOwnerDeath: (cell, owner, isOver) => new Mutex(kernel, cell).onOwnerDeath(owner, isOver),
    },
  }) as RLockConstructor;

/** For `instanceof` an rlock is a lock. */
const lockOf = (kernel: Kernel, kind: Kind) => ({
  kind,
  most: 1,
  create: (options?: LockOptions) => createLock(kernel, kind, options),
  agreed: (options?: LockOptions) => [isFair("A lock", options)],
  instancesOf: "Lock",
});

const createLock = (kernel: Kernel, kind: Kind, options: LockOptions | undefined): number =>
  createFair(kernel, kind, kind === Kind.Lock ? "new Lock" : "new RLock", options, LOCK_WORDS, LOCK_FAIR);

/** A new cell of so many words, with a word that says whether it is fair. */
function createFair(
  kernel: Kernel,
  kind: Kind,
  call: string,
  options: LockOptions | undefined,
  words: number,
  word: number,
): number {
  // Somebody who means a named lock is told so.
  if (typeof options === "string") refuseSurplus(0, call, [options]);
  const fair = isFair("A lock", options);
  const cell = create(kernel, kind, words);
  kernel.region.i32[cell + word] = Number(fair);
  return cell;
}

const operationsOf = (kernel: Kernel): KindOperations => ({
  passGrant: (cell, node) => new Mutex(kernel, cell).passGrant(node),
  onCancel: (cell, _, node) => new Mutex(kernel, cell).onCancel(node),
  ownersOf: (cell) => [new Mutex(kernel, cell).owner],
  isHeldBy: (cell, owner) => new Mutex(kernel, cell).owner === owner,
});

export const bindRWLock = (kernel: Kernel): RWLockConstructor =>
  bindClass(kernel, "RWLock", rwlock.RWLock, {
    kind: Kind.RWLock,
    most: 1,
    create: (options?: LockOptions) => createFair(kernel, Kind.RWLock, "new RWLock", options, RW_WORDS, RW_FAIR),
    agreed: (options?: LockOptions) => [isFair("A lock", options)],
    operations: {
      passGrant: (cell, node) => new rwlock.RWLock(kernel, cell).passGrant(node),
      onCancel: (cell) => new rwlock.RWLock(kernel, cell).onCancel(),
      onOwnerDeath: (cell, owner, isOver) => new rwlock.RWLock(kernel, cell).onOwnerDeath(owner, isOver),
      ownersOf: (cell, waitQueue) => new rwlock.RWLock(kernel, cell).ownersOf(waitQueue),
      isHeldBy: (cell, owner) => new rwlock.RWLock(kernel, cell).isHeldBy(owner),
    },
  }) as RWLockConstructor;
