import type { SharedDisposable } from "./disposable.js";
import type { Guard, Lock } from "./locks.js";
import type { NoPromise, SyncWaitOptions, WaitOptions } from "./wait.js";

export * from "./barrier.js";
export * from "./locks.js";

/**
 * A condition variable: waiting for a state that a lock guards, as Python's `Condition`. The lock has to be held for every method: by this
 * worker, or by this task if it is an RLock. Otherwise the method fails with LockStateError and changes nothing.
 *
 * There are no spurious wake-ups. A notification without a waiter is lost: wait in a loop, or with {@link waitFor}.
 *
 * Fairness: waiters are notified in the order in which they began to wait.
 *
 * Memory order: everything before the notifier releases the lock happens before the wait ends.
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
   * Releases the lock, however often it is held, waits for a notification, and takes the lock again as often. The lock is held again
   * however the wait ends, by an abort too; the one exception is AbandonedError.
   *
   * @returns true after a notification; false if the timeout passed first.
   * @throws AbandonedError if a worker died while it held the lock.
   * @throws The signal's reason, once the signal aborts.
   */
  wait(options?: WaitOptions): Promise<boolean>;
  /** As {@link wait}, blocking this worker. */
  waitSync(options?: SyncWaitOptions): boolean;
  /**
   * Waits until `predicate` returns true. It is called with the lock held, at the start and after each notification. The timeout is for the
   * whole wait.
   *
   * @returns The last result of `predicate`: false if the timeout passed first.
   * @throws As {@link wait}, and what `predicate` throws; TypeError if it returns a promise.
   */
  waitFor(predicate: () => boolean, options?: WaitOptions): Promise<boolean>;
  /** As {@link waitFor}, blocking this worker. */
  waitForSync(predicate: () => boolean, options?: SyncWaitOptions): boolean;
  /**
   * Wakes up to `n` waiters, 1 by default. Each goes on once it has the lock again.
   *
   * @throws RangeError for a negative number.
   */
  notify(n?: number): void;
  /** Wakes all waiters. Each goes on once it has the lock again. */
  notifyAll(): void;
}

/** The constructor of conditions. */
export interface ConditionConstructor {
  /**
   * Makes a condition for a lock; without one, for a new RLock.
   *
   * @throws TypeError for anything but a Lock or RLock of the same adapter.
   */
  new (lock?: Lock): Condition;
  /** Returns the program's condition of that name. The first call makes it; later calls, in any worker, return the same one. */
  named(name: string, lock?: Lock): Condition;
  /** For `instanceof`. */
  readonly prototype: Condition;
}

/** Makes a {@link Condition}. */
export declare const Condition: ConditionConstructor;

/**
 * A count of permits, as Python's `Semaphore`. Any worker may release permits, even if it has acquired none. If a worker dies while it has
 * permits, they are lost.
 *
 * Fairness: waiters, async and blocking, are served in the order in which they began to wait. A release wakes the first waiter. Until that one
 * is awake, a running worker may take the permit before it. Once a waiter was woken in vain for a millisecond, the next permit is handed to
 * it, and nobody overtakes it. A semaphore that is made with `{ fair: true }` always hands its permits to waiters. See
 * {@link SemaphoreOptions.fair} for what that costs.
 *
 * Memory order: everything before a release happens before the worker that gets the permit goes on.
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
   * Takes a permit, waiting for one. Unless it returns true, no permit was taken.
   *
   * @returns true with a permit; false if the timeout passed first.
   * @throws The signal's reason, once the signal aborts.
   */
  acquire(options?: WaitOptions): Promise<boolean>;
  /** As {@link acquire}, blocking this worker. */
  acquireSync(options?: SyncWaitOptions): boolean;
  /**
   * Takes a permit if one is free now.
   *
   * @returns Whether it was taken.
   */
  tryAcquire(): boolean;
  /**
   * Gives back `n` permits, 1 by default. As many waiters go on, one after the other.
   *
   * @throws RangeError if `n` is not an integer, or is less than 1.
   */
  release(n?: number): void;
  /**
   * As {@link acquire}, for `using guard = await semaphore.hold()`.
   *
   * @throws TimeoutError if the timeout passes first.
   */
  hold(options?: WaitOptions): Promise<Guard>;
  /** As {@link hold}, blocking this worker. */
  holdSync(options?: SyncWaitOptions): Guard;
  /**
   * As {@link tryAcquire}, with a guard.
   *
   * @returns A guard if a permit was free; undefined otherwise.
   */
  tryHold(): Guard | undefined;
  /**
   * Runs `fn` with a permit, and gives the permit back when `fn` has ended.
   *
   * @returns The result of `fn`.
   * @throws As {@link hold}, and the error of `fn`.
   */
  run<T>(fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T>;
  /**
   * As {@link run}, blocking this worker.
   *
   * @returns The result of `fn`.
   * @throws TypeError if `fn` returns a promise. The permit is given back then.
   */
  runSync<T>(fn: (() => T) & NoPromise<T>, options?: SyncWaitOptions): T;
  /** How many permits are free now. */
  readonly value: number;
}

/** How a semaphore is to be made. */
export interface SemaphoreOptions {
  /**
   * Whether a release always hands its permits to the workers that have waited longest, so that no running worker ever takes one before them.
   * A permit is then idle for as long as its worker takes to wake up, as {@link LockOptions.fair} tells of a lock. Default: false.
   */
  readonly fair?: boolean | undefined;
}

/** The constructor of semaphores. */
export interface SemaphoreConstructor {
  /**
   * Makes a semaphore with that many permits, 1 by default.
   *
   * @throws RangeError if `value` is not an integer from 0 to 2^30 - 1.
   * @throws TypeError if `value` is not a number, or an option is unknown.
   */
  new (value?: number, options?: SemaphoreOptions): Semaphore;
  /**
   * Returns the program's semaphore of that name. The first call makes it; later calls, in any worker, return the same one.
   *
   * @throws TypeError if it was made with another value or other options.
   */
  named(name: string, value?: number, options?: SemaphoreOptions): Semaphore;
  /** For `instanceof`. */
  readonly prototype: Semaphore;
}

/** Makes a {@link Semaphore}. */
export declare const Semaphore: SemaphoreConstructor;

/**
 * A semaphore that never has more permits than at first. A release beyond that throws RangeError, and gives back none of them.
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

/** The constructor of bounded semaphores. */
export interface BoundedSemaphoreConstructor {
  /**
   * Makes a semaphore with `value` free permits, 1 by default, and no more than that ever.
   *
   * @throws RangeError if `value` is not an integer from 0 to 2^30 - 1.
   * @throws TypeError if `value` is not a number, or an option is unknown.
   */
  new (value?: number, options?: SemaphoreOptions): BoundedSemaphore;
  /**
   * Returns the program's bounded semaphore of that name. The first call makes it; later calls, in any worker, return the same one.
   *
   * @throws TypeError if it was made with another value or other options.
   */
  named(name: string, value?: number, options?: SemaphoreOptions): BoundedSemaphore;
  /** For `instanceof`. */
  readonly prototype: BoundedSemaphore;
}

/** Makes a {@link BoundedSemaphore}. */
export declare const BoundedSemaphore: BoundedSemaphoreConstructor;

/**
 * A flag that workers wait for, as Python's `Event`. All that wait when it is set go on, even if it is cleared at once.
 *
 * Memory order: everything before `set` happens before the wait ends.
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
  /** Whether the flag is set now. */
  readonly isSet: boolean;
  /** Sets the flag and wakes all waiters. Setting it again has no effect. */
  set(): void;
  /** Clears the flag: later waits wait. Clearing it again has no effect. */
  clear(): void;
  /**
   * Waits until the flag is set.
   *
   * @returns true once it is set; false if the timeout passed first.
   * @throws The signal's reason, once the signal aborts.
   */
  wait(options?: WaitOptions): Promise<boolean>;
  /** As {@link wait}, blocking this worker. */
  waitSync(options?: SyncWaitOptions): boolean;
}

/** The constructor of events. */
export interface EventConstructor {
  new (): Event;
  /** Returns the program's event of that name. The first call makes it; later calls, in any worker, return the same one. */
  named(name: string): Event;
  /** For `instanceof`. */
  readonly prototype: Event;
}

/** Makes an {@link Event}. */
export declare const Event: EventConstructor;
