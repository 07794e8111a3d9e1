import type { Future } from "./future.js";
import type { Pool } from "./pool.js";
import type { ArgumentsOf, ResultOf, SendableArguments, TaskCheck } from "./received.js";

/** How a task group is made. */
export interface TaskGroupOptions {
  /** Once it aborts, the group is cancelled, and waiting for it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/**
 * Structured concurrency: no task of the group outlives its block. Leaving the block waits until every task has ended. The
 * first failure cancels the others; then it is thrown, and several failures as an AggregateError, in the order in which they
 * happened. A cancelled task has not failed (see {@link Future.state}): neither one that the group's own cancellation
 * stopped, nor one that the caller cancelled.
 *
 * A task that runs ends only when it heeds its `current().signal`; until then the group waits for it. If the block's own
 * code throws, the group is waited for as usual, since leaving cannot know of it; if the group has failed too, the language
 * throws a SuppressedError of both. The block is that of `await using group`, or of a `try` whose `finally` awaits `group.wait()`. Groups nest: give the inner one the outer one's `signal`.
 *
 * @example
 * import { isMain, Pool, task, TaskGroup } from "@heddle/node-threads";
 *
 * const double = task(import.meta, (n: number) => n * 2, { name: "double" });
 *
 * if (isMain(import.meta)) {
 *   const pool = new Pool({ size: 2 });
 *   try {
 *     const results: number[] = [];
 *     const group = new TaskGroup(pool);
 *     try {
 *       for (const n of [1, 2, 3]) group.run(double, n).then((result) => results.push(result));
 *     } finally {
 *       await group.wait();
 *     }
 *     console.log(results.length); // 3
 *   } finally {
 *     await pool.close();
 *   }
 * }
 */
export interface TaskGroup extends AsyncDisposable {
  /**
   * Runs a task of the group. Whatever is wrong with it, or with the pool, rejects the future and fails the group. Throws
   * PoolClosedError once the group was cancelled, with the reason as its `cause`, or was waited for to its end.
   */
  run<F>(task: F & TaskCheck<F>, ...args: SendableArguments<ArgumentsOf<F>>): Future<ResultOf<F>>;
  /** Aborts when the group is cancelled, with the reason: the first failure's error, where that was what cancelled it. */
  readonly signal: AbortSignal;
  /**
   * Takes back the tasks that have not started and asks those that run to stop. By itself no failure. Without effect
   * once the group was cancelled or has ended. Default reason: an AbortError.
   */
  cancel(reason?: unknown): void;
  /** What leaving the block does. Leaving the block after this has failed does not throw the same again. */
  wait(): Promise<void>;
  /** As {@link wait}. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Makes task groups. */
export interface TaskGroupConstructor {
  /** Throws TypeError unless `pool` is a pool and `signal` an AbortSignal, and for an option that is none of these. */
  new (pool: Pool, options?: TaskGroupOptions): TaskGroup;
  /** For `instanceof`. */
  readonly prototype: TaskGroup;
}

/** Makes a {@link TaskGroup}. */
export declare const TaskGroup: TaskGroupConstructor;
