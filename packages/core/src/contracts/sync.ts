import type { SharedDisposable } from "./disposable.js";
import type { Guard, Lock } from "./locks.js";
import type { NoPromise, SyncWaitOptions, WaitOptions } from "./wait.js";

export * from "./barrier.js";
export * from "./locks.js";

/**
 * Waiting for a state that a lock guards, as Python's `Condition`. Every method but the constructor wants the lock held, by
 * this worker or where it is an RLock by this task, and otherwise fails with LockStateError and changes nothing.
 *
 * Waiters are notified in the order in which they began to wait; there are no wake-ups without a notification. A
 * notification that nobody waits for is lost, so wait in a loop or with {@link waitFor}. What was done before the notifier
 * releases the lock has happened before the wait ends.
 *
 * @example
 * ```ts
 * import { Condition, Lock } from "@heddle/node-threads";
 *
 * const condition = new Condition(new Lock());
 * const letters: string[] = [];
 * const reader = condition.lock.run(async () => {
 *   await condition.waitFor(() => letters.length > 0);
 *   console.log(letters.pop()); // a letter
 * });
 * await condition.lock.run(() => {
 *   letters.push("a letter");
 *   condition.notify();
 * });
 * await reader;
 *
 * condition.lock.runSync(() => {
 *   console.log(condition.waitForSync(() => letters.length > 0, { timeout: 10 })); // false
 * });
 * ```
 */
export interface Condition extends SharedDisposable {
  /** The lock that was given, or the RLock that was made. */
  readonly lock: Lock;
  /**
   * Releases the lock, however often it is held, waits for a notification, and takes the lock again as often. false if
   * `timeout` ms (default: for ever) passed first. However it ends, by an abort too, the lock is held again; the one
   * exception is AbandonedError, if a worker died holding it.
   */
  wait(options?: WaitOptions): Promise<boolean>;
  /** As {@link wait}, blocking this worker. */
  waitSync(options?: SyncWaitOptions): boolean;
  /**
   * Waits until `predicate`, called with the lock held at the start and after each notification, gives true; gives its last
   * answer. `timeout` is for all of it: notifications do not prolong it. Rejects with TypeError if `predicate` gives a promise.
   */
  waitFor(predicate: () => boolean, options?: WaitOptions): Promise<boolean>;
  /** As {@link waitFor}, blocking this worker. */
  waitForSync(predicate: () => boolean, options?: SyncWaitOptions): boolean;
  /** Wakes up to `n` waiters (default 1), each once it has the lock again. Throws RangeError for a negative number. */
  notify(n?: number): void;
  /** Wakes everybody who waits. */
  notifyAll(): void;
}

/** Makes conditions. */
export interface ConditionConstructor {
  /** Without a lock, a new RLock. Throws TypeError for anything but a Lock or RLock of the same adapter. */
  new (lock?: Lock): Condition;
  /** The program's one condition of that name, made by whichever worker asks first. */
  named(name: string, lock?: Lock): Condition;
  /** For `instanceof`. */
  readonly prototype: Condition;
}

/** Makes a {@link Condition}. */
export declare const Condition: ConditionConstructor;

/**
 * A count of permits, as Python's `Semaphore`. Any worker may give permits back, also such as it never had.
 *
 * Waiters are served first come, first served, and nobody overtakes them. What a worker did before a release has happened
 * before what the one does who gets that permit. A worker that dies holding permits takes them with it.
 *
 * @example
 * ```ts
 * import { Semaphore, sleep } from "@heddle/node-threads";
 *
 * const connections = new Semaphore(2);
 * await Promise.all([1, 2, 3, 4].map((n) => connections.run(() => sleep(n))));
 * console.log(connections.value); // 2
 * connections.runSync(() => console.log(connections.value)); // 1
 * ```
 */
export interface Semaphore extends SharedDisposable {
  /**
   * true with a permit, false if `timeout` ms (default: for ever) passed first. Rejects with the signal's reason once it
   * aborts. Whatever but true costs no permit.
   */
  acquire(options?: WaitOptions): Promise<boolean>;
  /** As {@link acquire}, blocking this worker. */
  acquireSync(options?: SyncWaitOptions): boolean;
  /** Takes a permit if one is free at this moment, and says whether. */
  tryAcquire(): boolean;
  /** Gives back `n` permits (default 1), which wake as many waiters. Throws RangeError unless n is a whole number from 1. */
  release(n?: number): void;
  /** `using guard = await semaphore.hold()`. As {@link acquire}, but rejects with TimeoutError if the timeout passes first. */
  hold(options?: WaitOptions): Promise<Guard>;
  /** As {@link hold}, blocking this worker. */
  holdSync(options?: SyncWaitOptions): Guard;
  /** As {@link tryAcquire}, but returns a guard if a permit was free at this moment, `undefined` if not. */
  tryHold(): Guard | undefined;
  /** Runs `fn` with a permit and gives that back however `fn` ends. */
  run<T>(fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T>;
  /**
   * As {@link run}, blocking this worker.
   *
   * @returns What `fn` returns.
   * @throws TypeError if `fn` returns a promise, after the permit was given back.
   */
  runSync<T>(fn: (() => T) & NoPromise<T>, options?: SyncWaitOptions): T;
  /** Permits free at this moment. */
  readonly value: number;
}

/** Makes semaphores. */
export interface SemaphoreConstructor {
  /** Default 1. Throws RangeError unless `value` is a whole number from 0 to 2^30, TypeError unless it is a number. */
  new (value?: number): Semaphore;
  /** The program's one semaphore of that name, made by whichever worker asks first. */
  named(name: string, value?: number): Semaphore;
  /** For `instanceof`. */
  readonly prototype: Semaphore;
}

/** Makes a {@link Semaphore}. */
export declare const Semaphore: SemaphoreConstructor;

/**
 * A semaphore that never has more permits than it began with: a release beyond that throws RangeError, and gives back
 * none of them.
 *
 * @example
 * ```ts
 * import { BoundedSemaphore } from "@heddle/node-threads";
 *
 * const seats = new BoundedSemaphore(1);
 * try {
 *   seats.release();
 * } catch (error) {
 *   console.log(error instanceof RangeError, seats.value); // true 1
 * }
 * ```
 */
export interface BoundedSemaphore extends Semaphore {}

/** Makes bounded semaphores. */
export interface BoundedSemaphoreConstructor {
  /** As Semaphore's. */
  new (value?: number): BoundedSemaphore;
  /** The program's one bounded semaphore of that name, made by whichever worker asks first. */
  named(name: string, value?: number): BoundedSemaphore;
  /** For `instanceof`. */
  readonly prototype: BoundedSemaphore;
}

/** Makes a {@link BoundedSemaphore}. */
export declare const BoundedSemaphore: BoundedSemaphoreConstructor;

/**
 * A flag that workers wait for, as Python's `Event`. Who waits when it is set gets true, even if it is cleared at once. What
 * a worker did before `set` has happened before the wait ends.
 *
 * @example
 * ```ts
 * import { Event } from "@heddle/node-threads";
 *
 * const ready = new Event();
 * const waiting = ready.wait({ timeout: 1000 });
 * ready.set();
 * console.log(await waiting); // true
 * ```
 */
export interface Event extends SharedDisposable {
  /** Whether it is set at this moment. */
  readonly isSet: boolean;
  /** Sets the flag and wakes everybody who waits. Setting it again does nothing. */
  set(): void;
  /** From now on who comes waits. Clearing it again does nothing. */
  clear(): void;
  /** true once set, false if `timeout` ms (default: for ever) passed first. Rejects with the signal's reason once it aborts. */
  wait(options?: WaitOptions): Promise<boolean>;
  /** As {@link wait}, blocking this worker. */
  waitSync(options?: SyncWaitOptions): boolean;
}

/** Makes events. */
export interface EventConstructor {
  new (): Event;
  /** The program's one event of that name, made by whichever worker asks first. */
  named(name: string): Event;
  /** For `instanceof`. */
  readonly prototype: Event;
}

/** Makes an {@link Event}. */
export declare const Event: EventConstructor;
