import type { SharedDisposable } from "./disposable.js";
import type { NoPromise, SyncWaitOptions, WaitOptions } from "./wait.js";

/**
 * Something that is held. Leaving a `using` block, or `release`, gives it back.
 *
 * @example
 * ```ts
 * import { type Guard, Lock } from "@heddle/node-threads";
 *
 * const lock = new Lock();
 * const enter = (): Promise<Guard> => lock.hold({ timeout: 1000 });
 *
 * const guard = await enter();
 * guard.release();
 * ```
 */
export interface Guard extends Disposable {
  /** Gives it back. A second call has no effect. */
  release(): void;
}

/**
 * Mutual exclusion between workers, as Python's `Lock`. It is not re-entrant.
 *
 * Any worker may release a Lock that was taken by `acquire`. If the worker that takes the lock also releases it, use `hold` or `run`. Then
 * Heddle detects a cycle of blocked workers (see DeadlockError), and the lock is marked as abandoned if its holder ends. To take in one
 * worker and give back in another, use a Semaphore of one permit: it belongs to nobody.
 *
 * If a worker dies while it holds the lock, the lock is {@link abandoned}. So it is if a worker ends by itself while it holds the lock by
 * `hold` or `run`. A lock that was taken by `acquire` stays locked when its worker ends by itself, as another worker may be about to
 * release it. The except hook of the worker's creator is told of both cases, and of a pool task that ends while it holds a lock. The same
 * holds for an RLock and an RWLock. Recording each call would cost more than the lock itself. So the first error of this kind in a pool's
 * worker comes without a stack; later ones begin at the line that took the lock.
 *
 * Fairness: waiters, async and blocking, are served in the order in which they began to wait. A release wakes the first waiter. Until that one
 * is awake, a running worker may take the lock before it. Once the first waiter was woken in vain for a millisecond, the next release hands
 * the lock to it, and nobody overtakes it. A lock that is made with `{ fair: true }` is always handed to the first waiter. See
 * {@link LockOptions.fair} for what that costs.
 *
 * Memory order: everything before a release happens before the next holder goes on.
 *
 * @example
 * ```ts
 * import { Lock, Semaphore } from "@heddle/node-threads";
 *
 * const lock = Lock.named("stdout");
 * await lock.run(() => console.log("one line at a time")); // one line at a time
 *
 * if (await lock.acquire({ timeout: 100 })) {
 *   try {
 *     console.log("mine for now"); // mine for now
 *   } finally {
 *     lock.release();
 *   }
 * }
 *
 * const room = new Semaphore(1);
 * await room.acquire(); // the first reader closes the room to writers
 * room.release(); // the last one, perhaps in another worker, opens it
 *
 * console.log(lock.runSync(() => "blocking"), lock.locked); // blocking false
 * const guard = lock.tryHold();
 * console.log(lock.tryHold()); // undefined
 * guard?.release();
 * ```
 */
export interface Lock extends SharedDisposable {
  /**
   * Takes the lock, waiting until it is free. Unless it returns true, the lock is unchanged.
   *
   * @returns true once the lock is held; false if the timeout passed first.
   * @throws AbandonedError if a worker died while it held the lock.
   * @throws The signal's reason, once the signal aborts.
   * @throws RangeError for a negative timeout.
   */
  acquire(options?: WaitOptions): Promise<boolean>;
  /** As {@link acquire}, blocking this worker. */
  acquireSync(options?: SyncWaitOptions): boolean;
  /**
   * Takes the lock if it is free now.
   *
   * @returns Whether it was taken.
   * @throws AbandonedError if a worker died while it held the lock.
   */
  tryAcquire(): boolean;
  /**
   * Releases the lock. Any worker may do so.
   *
   * @throws LockStateError if the lock is not locked. Nothing has changed then.
   */
  release(): void;
  /**
   * As {@link acquire}, for `using guard = await lock.hold()`. If a guard is garbage-collected without having been released, the lock stays
   * locked, and this worker's except hook is told.
   *
   * @throws TimeoutError if the timeout passes first.
   */
  hold(options?: WaitOptions): Promise<Guard>;
  /** As {@link hold}, blocking this worker. */
  holdSync(options?: SyncWaitOptions): Guard;
  /**
   * As {@link tryAcquire}, with a guard.
   *
   * @returns A guard if the lock was free; undefined otherwise.
   */
  tryHold(): Guard | undefined;
  /**
   * Runs `fn` while it holds the lock, and releases the lock when `fn` has ended.
   *
   * @returns The result of `fn`.
   * @throws As {@link hold}, and the error of `fn`.
   */
  run<T>(fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T>;
  /**
   * As {@link run}, blocking this worker.
   *
   * @returns The result of `fn`.
   * @throws TypeError if `fn` returns a promise. The lock is released then, and the rest of `fn` goes on without it.
   */
  runSync<T>(fn: (() => T) & NoPromise<T>, options?: SyncWaitOptions): T;
  /** Whether the lock is held now, by any worker. */
  readonly locked: boolean;
  /**
   * Whether a worker died while it held the lock, or ended while it held it by `hold` or `run`. Until {@link recover}, every acquisition
   * fails with AbandonedError: the data that the lock guards may be half-written.
   */
  readonly abandoned: boolean;
  /**
   * Makes an abandoned lock free again. Check or repair the data that it guards first.
   *
   * @throws LockStateError if the lock is not abandoned.
   */
  recover(): void;
}

/**
 * How a lock is to be made.
 *
 * @example
 * ```ts
 * import { Lock, type LockOptions } from "@heddle/node-threads";
 *
 * const inOrder: LockOptions = { fair: true };
 * export const turnstile = new Lock(inOrder);
 * ```
 */
export interface LockOptions {
  /**
   * Whether a release always hands the lock to the worker that has waited longest, so that no running worker ever takes it before that one.
   * The lock is then idle for as long as that worker takes to wake up. Where 8 to 64 workers on two cores take it in a loop, the same work
   * lasts 25 to 50 times as long. Default: false.
   */
  readonly fair?: boolean | undefined;
}

/** The constructor of locks. */
export interface LockConstructor {
  /** @throws TypeError for options that are none. */
  new (options?: LockOptions): Lock;
  /**
   * Returns the program's lock of that name. The first call makes it; later calls, in any worker, return the same one.
   *
   * @throws TypeError if it was made with other options.
   */
  named(name: string, options?: LockOptions): Lock;
  /** For `instanceof`. */
  readonly prototype: Lock;
}

/** Makes a {@link Lock}. */
export declare const Lock: LockConstructor;

/**
 * A re-entrant lock, as Python's `RLock`: its owner may take it again. It is free once it was released as often as it was acquired. Only
 * its owner may release it; for others `release` throws LockStateError.
 *
 * The owner is a task: one run of a pool task, or the target of a worker, with everything that it calls. Two tasks that take turns in one
 * worker exclude each other. Async functions that run at the same time within one task share the ownership and do not exclude each other:
 * use a {@link Lock} between them.
 *
 * Fairness, memory order and the death of the owner are as of a {@link Lock}. `recover` frees the lock, however often it was held.
 *
 * @example
 * ```ts
 * import { RLock } from "@heddle/node-threads";
 *
 * const lock = new RLock();
 * const inner = () => lock.run(() => "held twice over");
 * console.log(await lock.run(inner), lock.locked); // held twice over false
 * ```
 */
export interface RLock extends Lock {}

/** The constructor of re-entrant locks. */
export interface RLockConstructor {
  /** @throws TypeError for options that are none. */
  new (options?: LockOptions): RLock;
  /**
   * Returns the program's re-entrant lock of that name. The first call makes it; later calls, in any worker, return the same one.
   *
   * @throws As {@link LockConstructor.named}.
   */
  named(name: string, options?: LockOptions): RLock;
  /** For `instanceof`. */
  readonly prototype: RLock;
}

/** Makes an {@link RLock}. */
export declare const RLock: RLockConstructor;

/**
 * A lock for many readers or one writer. Python's library has none.
 *
 * It is not re-entrant, and a read cannot become a write. A worker that holds a read and waits for a write waits for itself: blocked without
 * a timeout, it gets a DeadlockError. So does each cycle of blocked workers through a writer or any of the readers. A worker that reads twice
 * while a writer waits in between waits for ever, without an error.
 *
 * If a worker dies, its reads are given back. If it was writing, the lock is {@link abandoned}.
 *
 * Fairness: writers are served in the order in which they began to wait. A waiting writer holds up new readers, so that readers cannot
 * starve it. After a writer, the next waiting writer enters; if there is none, all waiting readers enter. A lock is free while those that
 * waited wake up: a running worker may read or write before them. Once the first writer, or a reader, was woken in vain for a millisecond, the
 * next release hands the lock to it. Writers that keep coming can starve readers that wait behind them. A lock that is made with
 * `{ fair: true }` is always handed over. See {@link LockOptions.fair} for what that costs.
 *
 * Memory order: everything that a writer did happens before the next holders go on.
 *
 * @example
 * ```ts
 * import { RWLock, SharedArray } from "@heddle/node-threads";
 *
 * const lock = new RWLock();
 * const table = new SharedArray("f64", 1000);
 *
 * const sum = async () => {
 *   const guard = await lock.holdRead();
 *   try {
 *     return table.view.reduce((a, b) => a + b, 0);
 *   } finally {
 *     guard.release();
 *   }
 * };
 *
 * const guard = await lock.holdWrite({ timeout: 1000 });
 * table.view.fill(1);
 * guard.release();
 * console.log(await sum()); // 1000
 *
 * await lock.runWrite(() => table.view.fill(2));
 * console.log(lock.runReadSync(() => table.view[0])); // 2
 * ```
 */
export interface RWLock extends SharedDisposable {
  /**
   * Waits until there is no writer and none waits that is not just being woken, and takes a read.
   *
   * @throws TimeoutError if the timeout passes first.
   * @throws AbandonedError if a worker died while it was writing.
   * @throws The signal's reason, once the signal aborts.
   */
  holdRead(options?: WaitOptions): Promise<Guard>;
  /**
   * Waits until there are no readers, no writer, and no writer that has waited longer and is not just being woken; and takes the write.
   *
   * @throws As {@link holdRead}.
   */
  holdWrite(options?: WaitOptions): Promise<Guard>;
  /** As {@link holdRead}, blocking this worker. */
  holdReadSync(options?: SyncWaitOptions): Guard;
  /** As {@link holdWrite}, blocking this worker. */
  holdWriteSync(options?: SyncWaitOptions): Guard;
  /**
   * Takes a read if there is no writer and none waits that is not just being woken.
   *
   * @returns A guard; undefined if the read cannot be taken now.
   * @throws AbandonedError if a worker died while it was writing.
   */
  tryHoldRead(): Guard | undefined;
  /**
   * Takes the write lock if there are no readers, no writer and no waiting writer that is not just being woken.
   *
   * @returns A guard; undefined if the write cannot be taken now.
   * @throws AbandonedError if a worker died while it was writing.
   */
  tryHoldWrite(): Guard | undefined;
  /**
   * Runs `fn` while it holds a read, and gives the read back when `fn` has ended.
   *
   * @returns The result of `fn`.
   * @throws As {@link holdRead}, and the error of `fn`.
   */
  runRead<T>(fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T>;
  /**
   * Runs `fn` while it holds the write, and gives the write back when `fn` has ended.
   *
   * @returns The result of `fn`.
   * @throws As {@link holdWrite}, and the error of `fn`.
   */
  runWrite<T>(fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T>;
  /**
   * As {@link runRead}, blocking this worker.
   *
   * @returns The result of `fn`.
   * @throws TypeError if `fn` returns a promise. The read is given back then.
   */
  runReadSync<T>(fn: (() => T) & NoPromise<T>, options?: SyncWaitOptions): T;
  /** As {@link runReadSync}, for the write. */
  runWriteSync<T>(fn: (() => T) & NoPromise<T>, options?: SyncWaitOptions): T;
  /** How many reads are held now, in all workers. */
  readonly readers: number;
  /** Whether a worker is writing now. */
  readonly writing: boolean;
  /** Whether a worker died while it was writing. Until {@link recover}, reads and writes fail with AbandonedError. */
  readonly abandoned: boolean;
  /**
   * Makes an abandoned lock free again. Check or repair the data that it guards first.
   *
   * @throws LockStateError if the lock is not abandoned.
   */
  recover(): void;
}

/** The constructor of read-write locks. */
export interface RWLockConstructor {
  /** @throws TypeError for options that are none. */
  new (options?: LockOptions): RWLock;
  /**
   * Returns the program's read-write lock of that name. The first call makes it; later calls, in any worker, return the same one.
   *
   * @throws TypeError if it was made with other options.
   */
  named(name: string, options?: LockOptions): RWLock;
  /** For `instanceof`. */
  readonly prototype: RWLock;
}

/** Makes an {@link RWLock}. */
export declare const RWLock: RWLockConstructor;
