import type { SyncWaitOptions, WaitOptions } from "./wait.js";

/** Something held; leaving a `using` block, or `release`, gives it back. A second release does nothing. */
export interface Guard extends Disposable {
  release(): void;
}

/**
 * Mutual exclusion between workers. Waiters are served first come, first served: a release hands the lock to the one
 * that waits longest, sync or async. Not re-entrant, and any worker may release it.
 */
export interface Lock {
  /** true once held, false if the timeout passed first. Rejects with AbandonedError if its holder died. */
  acquire(options?: WaitOptions): Promise<boolean>;
  /** As {@link acquire}, blocking this worker. */
  acquireSync(options?: SyncWaitOptions): boolean;
  /** Takes the lock if it is free at this moment. */
  tryAcquire(): boolean;
  /** Any worker may release. Throws LockStateError when not locked. */
  release(): void;
  /** `using guard = await lock.hold()`. Rejects with TimeoutError if the timeout passes first. */
  hold(options?: WaitOptions): Promise<Guard>;
  holdSync(options?: SyncWaitOptions): Guard;
  /** Runs `fn` while holding the lock and releases it however `fn` ends. */
  run<T>(fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T>;
  readonly locked: boolean;
  /**
   * True after a worker died holding the lock. Until {@link recover} every acquisition fails with AbandonedError: what
   * the lock guards may be half-written.
   */
  readonly abandoned: boolean;
  /** Makes an abandoned lock free again, once what it guards has been checked. Throws LockStateError otherwise. */
  recover(): void;
}

export interface LockConstructor {
  new (): Lock;
  /** The program's one lock of that name, made by whichever worker asks first. */
  named(name: string): Lock;
  readonly prototype: Lock;
}

/** Re-entrant within one task; only its owner may release. */
export interface RLock extends Lock {}

export interface RLockConstructor {
  new (): RLock;
  named(name: string): RLock;
  readonly prototype: RLock;
}

/**
 * Waiting for a state that a lock guards. Every method but the constructor wants the lock held by this worker and throws
 * LockStateError otherwise. Waiters are notified in the order in which they began to wait.
 */
export interface Condition {
  readonly lock: Lock;
  /**
   * Releases the lock, waits for a notification, takes the lock again. false if the timeout passed first. However it
   * ends, by an abort too, the lock is held again.
   */
  wait(options?: WaitOptions): Promise<boolean>;
  waitSync(options?: SyncWaitOptions): boolean;
  /** Waits until `predicate`, called with the lock held, gives true; gives its last answer. */
  waitFor(predicate: () => boolean, options?: WaitOptions): Promise<boolean>;
  /** Wakes up to `n` waiters (default 1). Throws RangeError for a negative number. */
  notify(n?: number): void;
  notifyAll(): void;
}

export interface ConditionConstructor {
  /** Without a lock, a new RLock. */
  new (lock?: Lock): Condition;
  named(name: string, lock?: Lock): Condition;
  readonly prototype: Condition;
}

/** A count of permits. Waiters are served first come, first served. */
export interface Semaphore {
  acquire(options?: WaitOptions): Promise<boolean>;
  acquireSync(options?: SyncWaitOptions): boolean;
  tryAcquire(): boolean;
  /** Gives back `n` permits (default 1). Throws RangeError unless n is a whole number from 1. */
  release(n?: number): void;
  hold(options?: WaitOptions): Promise<Guard>;
  holdSync(options?: SyncWaitOptions): Guard;
  run<T>(fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T>;
  /** Permits free at this moment. */
  readonly value: number;
}

export interface SemaphoreConstructor {
  /** Default 1. Throws RangeError unless `value` is a whole number from 0 to 2^30. */
  new (value?: number): Semaphore;
  named(name: string, value?: number): Semaphore;
  readonly prototype: Semaphore;
}

/** Throws RangeError when released past its initial value. */
export interface BoundedSemaphore extends Semaphore {}

export interface BoundedSemaphoreConstructor {
  new (value?: number): BoundedSemaphore;
  named(name: string, value?: number): BoundedSemaphore;
  readonly prototype: BoundedSemaphore;
}

/** A flag that workers wait for. */
export interface Event {
  readonly isSet: boolean;
  /** Sets the flag and wakes everybody who waits. */
  set(): void;
  clear(): void;
  /** true once set, false if the timeout passed first. */
  wait(options?: WaitOptions): Promise<boolean>;
  waitSync(options?: SyncWaitOptions): boolean;
}

export interface EventConstructor {
  new (): Event;
  named(name: string): Event;
  readonly prototype: Event;
}
