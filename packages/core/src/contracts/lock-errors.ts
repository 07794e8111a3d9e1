import { HeddleError, type HeddleErrorOptions, nameClass } from "./error.js";

/**
 * A lock was used in a state that does not allow it: released when free, or an RLock by a task that does not hold it;
 * recovered without being abandoned; a condition used without its lock. The call has changed nothing. The program
 * releases more often than it acquires: `hold` and `run` cannot.
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

  static {
    nameClass(this, "LockStateError");
  }
}

/**
 * A worker died holding the lock, or has ended without releasing it, which the message tells: what it guards may be half-written. The lock was not acquired, and whoever waited for it
 * has got this error too. Check or repair what it guards, then call `lock.recover()`, in one worker, to take it back into use.
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

  static {
    nameClass(this, "AbandonedError");
  }
}

/**
 * Workers that block wait for one another in a circle, without a timeout: none of them could ever go on. One of them gets
 * this error instead of what it waited for, and has still what it held; once it lets go of that, the others go on. Take
 * the locks in the same order everywhere, or give a timeout. Waits that are awaited are not looked at.
 *
 * A worker that blocks for what it holds itself is such a circle, too: a Lock, a read that is to become a write. As any worker may
 * release a Lock that was taken by `acquire`, a circle through it counts only once nobody else lives who has it. What is held by `hold` or
 * `run`, an RLock and an RWLock are their holder's alone to release.
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
  /** Who waits for what, in order: a worker, what it waits for, the worker that has that, and so on. */
  readonly cycle: readonly string[];

  constructor(message: string, cycle: readonly string[], options?: HeddleErrorOptions) {
    super("HEDDLE_DEADLOCK", message, options);
    this.cycle = cycle;
  }

  static {
    nameClass(this, "DeadlockError");
  }
}

/**
 * The barrier was broken, by an abort, a reset, a failed action, or a party that gave up or died. All who waited get it, and
 * so does everybody who comes, until `reset`, which is for whoever knows that all parties will come again.
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

  static {
    nameClass(this, "BrokenBarrierError");
  }
}
