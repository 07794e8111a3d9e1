import type { SharedDisposable } from "./disposable.js";
import type { NoPromise, SyncWaitOptions, WaitOptions } from "./wait.js";

/** Something held; leaving a `using` block, or `release`, gives it back. A second release does nothing. */
export interface Guard extends Disposable {
  /** Gives it back. Doing it again does nothing. */
  release(): void;
}

/**
 * Mutual exclusion between workers, as Python's `Lock`. Not re-entrant, and any worker may release it.
 *
 * Waiters are served first come, first served: a release hands the lock to the one that waits longest, sync or async, and
 * nobody overtakes it. What a worker did before a release has happened, for every worker, before what the next holder does.
 * If a worker dies holding the lock, it is {@link abandoned}. So it is if a worker ends by itself that holds it by `hold` or `run`. One that
 * was taken by `acquire` stays locked then, as another worker may be about to release it. Its creator's except hook is told of either, and so
 * it is of a pool's task that ends with a lock in hand, by the task's name. An RLock and an RWLock are told of alike.
 *
 * Hold it by `hold` or `run` where the one that takes it also releases it: then a circle of blocked workers is found and told (see
 * DeadlockError). For hand-over, where one worker takes and another gives back, a Semaphore of one permit says what is meant, and
 * belongs to nobody: neither its taker's end nor its death changes anything.
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
   * true once held, false if `timeout` ms (default: for ever) passed first. Rejects with AbandonedError if the holder died,
   * with the signal's reason once it aborts, with RangeError for a negative timeout. Whatever but true leaves no trace.
   */
  acquire(options?: WaitOptions): Promise<boolean>;
  /** As {@link acquire}, blocking this worker. */
  acquireSync(options?: SyncWaitOptions): boolean;
  /** Takes the lock if it is free at this moment, and says whether. Throws AbandonedError if the holder died. */
  tryAcquire(): boolean;
  /** Any worker may release. Throws LockStateError when not locked, and then changes nothing. */
  release(): void;
  /**
   * `using guard = await lock.hold()`. As {@link acquire}, but rejects with TimeoutError if the timeout passes first. A guard that becomes
   * garbage without having been released leaves the lock locked: this worker's except hook is told.
   */
  hold(options?: WaitOptions): Promise<Guard>;
  /** As {@link hold}, blocking this worker. */
  holdSync(options?: SyncWaitOptions): Guard;
  /** As {@link tryAcquire}, but returns a guard if the lock was free at this moment, `undefined` if not. */
  tryHold(): Guard | undefined;
  /** Runs `fn` while holding the lock and releases it however `fn` ends. Rejects as {@link hold}, and with what `fn` throws. */
  run<T>(fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T>;
  /**
   * As {@link run}, blocking this worker.
   *
   * @returns What `fn` returns.
   * @throws TypeError if `fn` returns a promise. The lock is released by then, and the rest of what `fn` does goes on without it.
   */
  runSync<T>(fn: (() => T) & NoPromise<T>, options?: SyncWaitOptions): T;
  /** Whether anybody holds the lock at this moment, seen from every worker alike. */
  readonly locked: boolean;
  /**
   * True after a worker died holding the lock, or ended holding it by `hold` or `run`. Until {@link recover} every acquisition fails with AbandonedError: what
   * the lock guards may be half-written.
   */
  readonly abandoned: boolean;
  /** Makes an abandoned lock free again, once what it guards has been checked. Throws LockStateError otherwise. */
  recover(): void;
}

/** Makes locks. */
export interface LockConstructor {
  new (): Lock;
  /** The program's one lock of that name, made by whichever worker asks first. */
  named(name: string): Lock;
  /** For `instanceof`. */
  readonly prototype: Lock;
}

/** Makes a {@link Lock}. */
export declare const Lock: LockConstructor;

/**
 * A lock that its owner may take again, as Python's `RLock`: it is free once released as often as acquired, and only its
 * owner may release it (others get LockStateError, and the lock stays as it is).
 *
 * The owner is a task: a run of a pool's task, or a worker's target with everything that it calls. Two tasks that take turns
 * in one worker exclude each other. Async functions that run at the same time within one task do not: they share the
 * ownership, so each may take the lock while another holds it. Use a {@link Lock} between those.
 *
 * Order, memory and the death of the owner are as with {@link Lock}; recovered, the lock is free, however often it was held.
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

/** Makes rlocks. */
export interface RLockConstructor {
  new (): RLock;
  /** The program's one rlock of that name, made by whichever worker asks first. */
  named(name: string): RLock;
  /** For `instanceof`. */
  readonly prototype: RLock;
}

/** Makes an {@link RLock}. */
export declare const RLock: RLockConstructor;

/**
 * Many readers or one writer. Python has none in its library.
 *
 * A writer who waits holds new readers back, so that readers who keep coming cannot shut it out. Writers are served first
 * come, first served. When a writer is done, the next writer comes in; if none waits, all readers that do, at once. What a
 * writer did has happened, for every worker, before what those do who hold the lock after it. Writers that keep coming can
 * shut readers out.
 *
 * Neither kind is re-entrant, and a read cannot become a write: who holds a read and waits for a write waits for itself, as
 * does who reads twice over while a writer waits in between.
 *
 * A worker that dies gives its reads back. If it wrote, the lock is {@link abandoned}.
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
   * Waits until nobody writes or waits to, and holds a read. Rejects with TimeoutError if `timeout` ms (default: for ever)
   * pass first, with the signal's reason once it aborts, with AbandonedError if a writer died, and then leaves no trace.
   */
  holdRead(options?: WaitOptions): Promise<Guard>;
  /** Waits until nobody reads or writes and no writer has waited longer, and holds the write. Rejects as {@link holdRead}. */
  holdWrite(options?: WaitOptions): Promise<Guard>;
  /** As {@link holdRead}, blocking this worker. */
  holdReadSync(options?: SyncWaitOptions): Guard;
  /** As {@link holdWrite}, blocking this worker. */
  holdWriteSync(options?: SyncWaitOptions): Guard;
  /**
   * Holds a read if no worker writes or waits to write at this moment.
   *
   * @returns A guard; `undefined` if the read is not to be had at this moment.
   * @throws AbandonedError if a writer died.
   */
  tryHoldRead(): Guard | undefined;
  /** As {@link tryHoldRead}, for the write: if no worker reads, writes or waits to write at this moment. */
  tryHoldWrite(): Guard | undefined;
  /** Runs `fn` while holding a read, and gives the read back however `fn` ends. Rejects as {@link holdRead}, and with what `fn` throws. */
  runRead<T>(fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T>;
  /** As {@link runRead}, holding the write. */
  runWrite<T>(fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T>;
  /**
   * As {@link runRead}, blocking this worker.
   *
   * @returns What `fn` returns.
   * @throws TypeError if `fn` returns a promise, after the read was given back.
   */
  runReadSync<T>(fn: (() => T) & NoPromise<T>, options?: SyncWaitOptions): T;
  /** As {@link runReadSync}, holding the write. */
  runWriteSync<T>(fn: (() => T) & NoPromise<T>, options?: SyncWaitOptions): T;
  /** Reads held at this moment, by all workers. */
  readonly readers: number;
  /** Whether somebody writes at this moment. */
  readonly writing: boolean;
  /** True after a worker died writing. Until {@link recover} both ways to hold the lock fail with AbandonedError. */
  readonly abandoned: boolean;
  /** Makes an abandoned lock free again, once what it guards has been checked. Throws LockStateError otherwise. */
  recover(): void;
}

/** Makes rwlocks. */
export interface RWLockConstructor {
  new (): RWLock;
  /** The program's one rwlock of that name, made by whichever worker asks first. */
  named(name: string): RWLock;
  /** For `instanceof`. */
  readonly prototype: RWLock;
}

/** Makes an {@link RWLock}. */
export declare const RWLock: RWLockConstructor;
