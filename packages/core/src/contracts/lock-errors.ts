import { HeddleError, type HeddleErrorOptions, nameClass } from "./error.js";

/**
 * A lock was used in a state that does not allow it. It was released when free, or an RLock was released by a task that does not hold it.
 * Or it was recovered without being abandoned, or a condition was used without its lock. The call has changed nothing. `hold` and `run`
 * cannot release more often than they acquire.
 *
 * @example
 * ```ts
 * import { Lock, LockStateError } from "@heddle/node-threads";
 *
 * try {
 *   new Lock().release();
 * } catch (error) {
 *   console.log(error instanceof LockStateError); // true
 * }
 * ```
 */
export class LockStateError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_LOCK_STATE", message, options);
  }

  /** `"LockStateError"`, in a program that was minified, too. */
  static override readonly name: string = /* @__PURE__ */ nameClass(this, "LockStateError");
}

/**
 * A worker died while it held the lock, or ended without releasing it (the message says which): the data that it guards may be
 * half-written. The lock was not acquired. All waiters get this error. Check or repair the data, then call `lock.recover()` in one worker.
 *
 * @example
 * ```ts
 * import { AbandonedError, inline, Lock, Thread } from "@heddle/node-threads";
 *
 * const lock = new Lock();
 * const dies = inline((lock: Lock) => {
 *   lock.holdSync();
 *   process.exit(1);
 * });
 * await new Thread(dies, { args: [lock] }).start().result.catch(() => {});
 * try {
 *   await lock.acquire();
 * } catch (error) {
 *   console.log(error instanceof AbandonedError); // true
 *   lock.recover();
 * }
 * console.log(lock.tryAcquire()); // true
 * ```
 */
export class AbandonedError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_ABANDONED", message, options);
  }

  /** `"AbandonedError"`, in a program that was minified, too. */
  static override readonly name: string = /* @__PURE__ */ nameClass(this, "AbandonedError");
}

/**
 * Blocking waits without a timeout form a cycle: none of the workers could ever go on. One of them gets this error. It still holds what it
 * held; once it releases that, the others go on. Take locks in the same order everywhere, or give a timeout.
 *
 * An awaited wait gets this error if no other living worker has its object, once its own worker's event loop has nothing else to do. It has neither a timeout nor a signal then, and the program listens to no signal of the system. Of several such waits the one that began
 * last fails. A wait at an object that other workers have lasts, and keeps the program alive. So it does in a worker thread of Deno, which
 * does not tell that nothing is left to do.
 *
 * A worker that blocks for what it holds itself is a cycle too, such as a read lock that is to become a write lock. Any worker may release
 * a Lock that was taken by `acquire`. So a cycle through it counts only if no worker is left that could release it. A lock that is held by
 * `hold` or `run`, an RLock and an RWLock can only be released by their holder.
 *
 * @example
 * ```ts
 * import { DeadlockError, Event, inline, Lock, Thread } from "@heddle/node-threads";
 *
 * const crossed = inline((first: Lock, second: Lock, mine: Event, theirs: Event) => {
 *   const guard = first.holdSync();
 *   try {
 *     mine.set();
 *     theirs.waitSync();
 *     second.holdSync().release();
 *   } finally {
 *     guard.release();
 *   }
 * });
 *
 * const [left, right] = [new Lock(), new Lock()];
 * const [leftHeld, rightHeld] = [new Event(), new Event()];
 * const ends = await Promise.allSettled([
 *   new Thread(crossed, { args: [left, right, leftHeld, rightHeld] }).start().result,
 *   new Thread(crossed, { args: [right, left, rightHeld, leftHeld] }).start().result,
 * ]);
 * const told = ends.filter((end) => end.status === "rejected" && end.reason instanceof DeadlockError);
 * console.log(told.length); // 1
 * ```
 */
export class DeadlockError extends HeddleError {
  /** The cycle, in order: a worker, the object it waits for, the worker that holds the object, and so on. Of an awaited wait: its worker, and the object. */
  readonly cycle: readonly string[];

  constructor(message: string, cycle: readonly string[], options?: HeddleErrorOptions) {
    super("HEDDLE_DEADLOCK", message, options);
    this.cycle = cycle;
  }

  /** `"DeadlockError"`, in a program that was minified, too. */
  static override readonly name: string = /* @__PURE__ */ nameClass(this, "DeadlockError");
}

/**
 * The barrier is broken: by an abort, a reset, a failed action, or a party that gave up or died. All waiting parties get this error, and so
 * does every later party until `reset`.
 *
 * @example
 * ```ts
 * import { Barrier, BrokenBarrierError } from "@heddle/node-threads";
 *
 * const barrier = new Barrier(2);
 * const waiting = barrier.wait();
 * barrier.abort();
 * try {
 *   await waiting;
 * } catch (error) {
 *   console.log(error instanceof BrokenBarrierError); // true
 * }
 * ```
 */
export class BrokenBarrierError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_BROKEN_BARRIER", message, options);
  }

  /** `"BrokenBarrierError"`, in a program that was minified, too. */
  static override readonly name: string = /* @__PURE__ */ nameClass(this, "BrokenBarrierError");
}
