import type { WaitOptions } from "@heddle/core";
import { asCompleted as asCompletedSync, wait as waitSync } from "heddle";
import type { Future } from "./future.js";

/** Options of {@link wait}. */
interface FutureWaitOptions extends WaitOptions {
  until?: "first" | "firstError" | "all" | undefined;
}

/**
 * Heddle's `wait`, for futures of tasks on any machines.
 *
 * @returns The futures that have ended and those that have not.
 *
 * @example
 * ```ts
 * import { wait } from "@heddle/redis";
 *
 * const { done, pending } = await wait([]);
 * console.log(done.size, pending.size); // 0 0
 * ```
 */
export const wait = waitSync as unknown as <R>(
  futures: Iterable<Future<R>>,
  options?: FutureWaitOptions,
) => Promise<{ readonly done: Set<Future<R>>; readonly pending: Set<Future<R>> }>;

/**
 * Heddle's `asCompleted`, for futures of tasks on any machines: yields the outcome of each as it ends.
 *
 * @example
 * ```ts
 * import { asCompleted } from "@heddle/redis";
 *
 * for await (const { index } of asCompleted([])) console.log(index);
 * ```
 */
export const asCompleted = asCompletedSync as unknown as <R>(
  futures: Iterable<Future<R>>,
  options?: WaitOptions,
) => AsyncIterableIterator<PromiseSettledResult<R> & { readonly index: number; readonly future: Future<R> }>;
