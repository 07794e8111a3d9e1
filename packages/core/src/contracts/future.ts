import type { WaitOptions } from "./wait.js";

/** A promise of a task's result that can be looked at and cancelled. */
export interface Future<R> extends Promise<R> {
  /**
   * "pending" while the task waits for a worker. "cancelled" if it never ran, or stopped because it was asked to; any other
   * error makes it "rejected". What it ended as stays.
   */
  readonly state: "pending" | "running" | "cancelled" | "fulfilled" | "rejected";
  /**
   * true if the task had not started and now never will: the future rejects with `reason`, by default an AbortError. A
   * running task is asked to stop through its signal, and decides itself: if it throws its signal's reason, or an AbortError
   * caused by that, the future is cancelled and rejects with `reason`; otherwise it ends as the task does. false, and without
   * effect, once the task has ended.
   */
  cancel(reason?: unknown): boolean;
}

/** How long to wait for futures, and for which of them. */
export interface FutureWaitOptions extends WaitOptions {
  /**
   * What to wait for: "all" of the futures (default), the "first" to end in whatever way, or "firstError", the first to be
   * rejected. A cancelled future is no error. Where no other ends it, all of them do.
   */
  until?: "first" | "firstError" | "all" | undefined;
}

/** Futures that had ended, and those that had not, each in the order in which they were given. */
export interface WaitedFor<R> {
  /** Fulfilled, rejected or cancelled. */
  readonly done: Set<Future<R>>;
  /** Waiting for a worker, or running. */
  readonly pending: Set<Future<R>>;
}

/** Whose outcome it is. */
export interface FutureIdentity<R> {
  /** Its place among the distinct futures that were given, from 0. */
  readonly index: number;
  /** The future itself. */
  readonly future: Future<R>;
}

/** How a future ended, as from `Promise.allSettled`, and which one it was. */
export type FutureOutcome<R> = PromiseSettledResult<R> & FutureIdentity<R>;

/**
 * Waits for futures, and tells which have ended. A timeout is no error: what has not ended by then is pending. The same
 * future given twice counts once; no futures at all are done at once. How they end is for their owner to see: an error
 * among them does not reject this, and counts as handled. Rejects with TypeError for what is no future, RangeError for
 * an unknown `until`, and with the signal's reason once it aborts. A wait that ends early leaves no trace.
 *
 * @example
 * import { isMain, Pool, task, wait } from "@heddle/node-threads";
 *
 * const double = task(import.meta, (n: number) => n * 2, { name: "double" });
 *
 * if (isMain(import.meta)) {
 *   const pool = new Pool({ size: 2 });
 *   try {
 *     const futures = [1, 2, 3].map((n) => pool.submit(double, [n]));
 *     const { done } = await wait(futures, { until: "first" });
 *     console.log(done.size > 0); // true
 *   } finally {
 *     await pool.close();
 *   }
 * }
 */
export declare function wait<R>(futures: Iterable<Future<R>>, options?: FutureWaitOptions): Promise<WaitedFor<R>>;

/**
 * Gives each future's outcome as it ends: first those that had ended when this was called, in the order given, then the
 * others in the order in which they end; the same future given twice comes once. The timeout is for all of them together
 * and counts from the call: once it has passed, those that have ended are still given, then TimeoutError is thrown, such
 * as "2 of 4 futures unfinished". An aborted signal throws its reason. Errors of the futures do not end the iteration, and
 * count as handled. Throws TypeError for what is no future.
 *
 * @example
 * import { asCompleted, isMain, Pool, task } from "@heddle/node-threads";
 *
 * const double = task(import.meta, (n: number) => n * 2, { name: "double" });
 *
 * if (isMain(import.meta)) {
 *   const pool = new Pool({ size: 2 });
 *   try {
 *     const futures = [1, 2, 3].map((n) => pool.submit(double, [n]));
 *     let sum = 0;
 *     for await (const outcome of asCompleted(futures)) {
 *       if (outcome.status === "fulfilled") sum += outcome.value;
 *     }
 *     console.log(sum); // 12
 *   } finally {
 *     await pool.close();
 *   }
 * }
 */
export declare function asCompleted<R>(
  futures: Iterable<Future<R>>,
  options?: WaitOptions,
): AsyncIterableIterator<FutureOutcome<R>>;
