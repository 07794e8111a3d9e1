import type { LockConstructor, RLockConstructor, RWLockConstructor } from "../contracts/sync.js";
import type { Kernel } from "../kernel/kernel.js";
import { Kind, LOCK_WORDS, RW_WORDS } from "../kernel/layout.js";
import * as lock from "../sync/lock.js";
import { Mutex } from "../sync/mutex.js";
import * as rlock from "../sync/rlock.js";
import * as rwlock from "../sync/rwlock.js";
import { create, named } from "./bind.js";

export interface LockClasses {
  readonly Lock: LockConstructor;
  readonly RLock: RLockConstructor;
  readonly RWLock: RWLockConstructor;
}

/** What is held by one worker, or by many readers, bound to one kernel. */
export function bindLocks(kernel: Kernel): LockClasses {
  const { cells } = kernel;

  class Lock extends lock.Lock {
    constructor() {
      super(kernel, create(kernel, Kind.Lock, LOCK_WORDS));
      cells.register(this, this.cell);
    }

    static named(name: string): Lock {
      return named(kernel, Kind.Lock, "Lock", name, [], () => new Lock());
    }
  }
  // Bound classes extend their own proxies' classes, not one another; for `instanceof` an rlock is a lock all the same.
  Object.defineProperty(Lock, Symbol.hasInstance, { value: (value: unknown) => value instanceof lock.Lock });

  class RLock extends rlock.RLock {
    constructor() {
      super(kernel, create(kernel, Kind.RLock, LOCK_WORDS));
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
      bury: (cell, owner, isOver) => {
        const mutex = new Mutex(kernel, cell);
        if (isOver && kind === Kind.Lock && !mutex.isGuarded) mutex.leave(owner);
        else mutex.bury(owner, isOver);
      },
      ownerOf: (cell) => new Mutex(kernel, cell).owner,
      isHeldBy: (cell, owner) => new Mutex(kernel, cell).owner === owner,
      ...(kind === Kind.Lock ? { isFreeToEnd: (cell: number) => !new Mutex(kernel, cell).isGuarded } : {}),
    });
  }

  class RWLock extends rwlock.RWLock {
    constructor() {
      super(kernel, create(kernel, Kind.RWLock, RW_WORDS));
      cells.register(this, this.cell);
    }

    static named(name: string): RWLock {
      return named(kernel, Kind.RWLock, "RWLock", name, [], () => new RWLock());
    }
  }
  cells.define(Kind.RWLock, {
    proxy: (cell) => Reflect.construct(rwlock.RWLock, [kernel, cell], RWLock),
    handOn: (cell, node) => new rwlock.RWLock(kernel, cell).handOn(node),
    left: (cell) => new rwlock.RWLock(kernel, cell).left(),
    bury: (cell, owner, isOver) => new rwlock.RWLock(kernel, cell).bury(owner, isOver),
    ownerOf: (cell, line) => new rwlock.RWLock(kernel, cell).ownerOf(line),
    isHeldBy: (cell, owner) => new rwlock.RWLock(kernel, cell).isHeldBy(owner),
  });

  return { Lock, RLock, RWLock };
}
