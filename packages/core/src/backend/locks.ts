import type { LockConstructor, LockOptions, RLockConstructor, RWLockConstructor } from "../contracts/sync.js";
import type { KindOperations } from "../kernel/cells.js";
import type { Kernel } from "../kernel/kernel.js";
import { Kind, LOCK_FAIR, LOCK_WORDS, RW_WORDS } from "../kernel/layout.js";
import * as lock from "../sync/lock.js";
import { Mutex } from "../sync/mutex.js";
import * as rlock from "../sync/rlock.js";
import * as rwlock from "../sync/rwlock.js";
import { type Arity, refuseSurplus } from "./arity.js";
import { type Backend, exportedAs } from "./bindings.js";
import { alsoInstances, create, isFair, named } from "./create.js";

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

export function bindLock(kernel: Kernel): LockConstructor {
  const { cells } = kernel;

  class Lock extends lock.Lock {
    constructor(options?: LockOptions, ...surplus: []) {
      refuseSurplus(1, "new Lock", surplus);
      super(kernel, createLock(kernel, Kind.Lock, options));
      cells.register(this, this.cell);
    }

    static named(name: string, options?: LockOptions): Lock {
      return named(kernel, Kind.Lock, "Lock", name, [isFair("A lock", options)], () => new Lock(options));
    }
  }
  alsoInstances(Lock, lock.Lock, "Lock");
  cells.define(Kind.Lock, {
    ...operationsOf(kernel),
    proxy: (cell) => Reflect.construct(lock.Lock, [kernel, cell], Lock),
    onOwnerDeath: (cell, owner, isOver) => {
      const mutex = new Mutex(kernel, cell);
      if (isOver && !mutex.isGuarded) mutex.leave(owner);
      else mutex.onOwnerDeath(owner, isOver);
    },
    mayAnyoneEnd: (cell) => !new Mutex(kernel, cell).isGuarded,
  });
  return Lock;
}

export function bindRLock(kernel: Kernel): RLockConstructor {
  const { cells } = kernel;

  class RLock extends rlock.RLock {
    constructor(options?: LockOptions, ...surplus: []) {
      refuseSurplus(1, "new RLock", surplus);
      super(kernel, createLock(kernel, Kind.RLock, options));
      cells.register(this, this.cell);
    }

    static named(name: string, options?: LockOptions): RLock {
      return named(kernel, Kind.RLock, "RLock", name, [isFair("A lock", options)], () => new RLock(options));
    }
  }
  // For `instanceof` an rlock is a lock.
  alsoInstances(undefined, rlock.RLock, "Lock");
  cells.define(Kind.RLock, {
    ...operationsOf(kernel),
    proxy: (cell) => Reflect.construct(rlock.RLock, [kernel, cell], RLock),
    onOwnerDeath: (cell, owner, isOver) => new Mutex(kernel, cell).onOwnerDeath(owner, isOver),
  });
  return RLock;
}

function createLock(kernel: Kernel, kind: Kind, options: LockOptions | undefined): number {
  // Somebody who means a named lock is told so.
  if (typeof options === "string") refuseSurplus(0, kind === Kind.Lock ? "new Lock" : "new RLock", [options]);
  const fair = isFair("A lock", options);
  const cell = create(kernel, kind, LOCK_WORDS);
  kernel.region.i32[cell + LOCK_FAIR] = Number(fair);
  return cell;
}

const operationsOf = (kernel: Kernel): KindOperations => ({
  passGrant: (cell, node) => new Mutex(kernel, cell).passGrant(node),
  onCancel: (cell, _, node) => new Mutex(kernel, cell).onCancel(node),
  ownersOf: (cell) => [new Mutex(kernel, cell).owner],
  isHeldBy: (cell, owner) => new Mutex(kernel, cell).owner === owner,
});

export function bindRWLock(kernel: Kernel): RWLockConstructor {
  const { cells } = kernel;

  class RWLock extends rwlock.RWLock {
    constructor(...surplus: []) {
      refuseSurplus(0, "new RWLock", surplus);
      super(kernel, create(kernel, Kind.RWLock, RW_WORDS));
      cells.register(this, this.cell);
    }

    static named(name: string): RWLock {
      return named(kernel, Kind.RWLock, "RWLock", name, [], () => new RWLock());
    }
  }
  cells.define(Kind.RWLock, {
    proxy: (cell) => Reflect.construct(rwlock.RWLock, [kernel, cell], RWLock),
    passGrant: (cell, node) => new rwlock.RWLock(kernel, cell).passGrant(node),
    onCancel: (cell) => new rwlock.RWLock(kernel, cell).onCancel(),
    onOwnerDeath: (cell, owner, isOver) => new rwlock.RWLock(kernel, cell).onOwnerDeath(owner, isOver),
    ownersOf: (cell, waitQueue) => new rwlock.RWLock(kernel, cell).ownersOf(waitQueue),
    isHeldBy: (cell, owner) => new rwlock.RWLock(kernel, cell).isHeldBy(owner),
  });

  return RWLock;
}
