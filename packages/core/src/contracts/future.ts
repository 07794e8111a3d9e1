import type { WaitOptions } from "./wait.js";

/**
 * The promise of a task's result, with a state and `cancel`.
 *
 * @example
 * ```ts
 * import type { Future } from "@heddle/node-threads";
 *
 * // The first result. The other tasks are cancelled.
 * export async function firstOf<R>(futures: readonly Future<R>[]): Promise<R> {
 *   const result = await Promise.any(futures);
 *   for (const future of futures) future.cancel();
 *   return result;
 * }
 * ```
 */
export interface Future<R> extends Promise<R> {
  /**
   * "pending" while the task waits for a worker, then "running". "cancelled" if the task never ran, or stopped because it was asked to; any
   * other error makes it "rejected". A final state never changes.
   */
  readonly state: "pending" | "running" | "cancelled" | "fulfilled" | "rejected";
  /**
   * Cancels the task. A task that has not started never will: the future rejects with `reason`, by default an AbortError. A running task is
   * asked to stop through its signal. If it then throws the reason of its signal, or an AbortError caused by it, the future is cancelled
   * and rejects with `reason`. Otherwise the future settles as the task does.
   *
   * @returns true if the task had not started; false otherwise. Without effect once the task has ended.
   */
  cancel(reason?: unknown): boolean;
}

/** Options of {@link wait}. */
export interface FutureWaitOptions extends WaitOptions {
  /**
   * The condition to wait for: "all" of the futures (default), the "first" one that ends, or "firstError", the first one that is rejected.
   * A cancelled future is not an error. If no future ends the wait earlier, it ends when all have ended.
   */
  until?: "first" | "firstError" | "all" | undefined;
}

/** The result of {@link wait}. Both sets are in the order in which the futures were given. */
export interface WaitedFor<R> {
  /** The futures that were fulfilled, rejected or cancelled. */
  readonly done: Set<Future<R>>;
  /** The futures that were waiting for a worker, or running. */
  readonly pending: Set<Future<R>>;
}

/** Which future an outcome belongs to. */
export interface FutureIdentity<R> {
  /** The index among the distinct futures that were given, from 0. */
  readonly index: number;
  /** The future itself. */
  readonly future: Future<R>;
}

/**
 * How a future ended, as from `Promise.allSettled`, and which one it was.
 *
 * @example
 * ```ts
 * import type { FutureOutcome } from "@heddle/node-threads";
 *
 * export function lineOf(outcome: FutureOutcome<number>): string {
 *   const { index, status } = outcome;
 *   return status === "fulfilled" ? `${index}: ${outcome.value}` : `${index} failed: ${outcome.reason}`;
 * }
 * ```
 */
export type FutureOutcome<R> = PromiseSettledResult<R> & FutureIdentity<R>;

/**
 * Waits for futures. A future that is given twice counts once. An error of a future does not reject the wait, and counts as handled. A wait
 * that ends early leaves no trace.
 *
 * @returns The futures that have ended and those that have not. After the timeout, the unfinished ones are in `pending`.
 * @throws TypeError if one of them is not a future.
 * @throws RangeError for an unknown `until`.
 * @throws The signal's reason, once the signal aborts.
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
 * Yields the outcome of each future as it ends. Futures that had ended before the call come first, in the order given. The others follow in
 * the order in which they end. A future that is given twice comes once. Errors of the futures do not end the iteration, and count as
 * handled.
 *
 * The timeout counts from the call and holds for all of them together. After it, the outcomes that there are come first; then TimeoutError
 * is thrown ("2 of 4 futures unfinished").
 *
 * @throws TypeError if one of them is not a future.
 * @throws TimeoutError after the timeout.
 * @throws The signal's reason, once the signal aborts.
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
