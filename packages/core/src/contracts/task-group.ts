import type { Future } from "./future.js";
import type { Pool } from "./pool.js";
import type { ArgumentsOf, ResultOf, SendableArguments, TaskCheck } from "./received.js";

/**
 * Options of a task group.
 *
 * @example
 * ```ts
 * import { type Pool, TaskGroup, type TaskGroupOptions } from "@heddle/node-threads";
 *
 * const options: TaskGroupOptions = { signal: AbortSignal.timeout(5000) };
 * export const groupIn = (pool: Pool): TaskGroup => new TaskGroup(pool, options);
 * ```
 */
export interface TaskGroupOptions {
  /** When it aborts, the group is cancelled, and waiting for it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/**
 * Structured concurrency: no task of the group outlives its block. The block is that of `await using group`, or of a `try` whose `finally`
 * awaits `group.wait()`. Leaving the block waits until every task has ended.
 *
 * The first failure cancels the other tasks. It is thrown at the end of the block; several failures are thrown as an AggregateError, in the
 * order in which they happened. A cancelled task has not failed (see {@link Future.state}), whether the group or the caller cancelled it.
 *
 * A running task ends only if it reads its `current().signal`; the group waits for it until then. If the code of the block throws, the
 * group is waited for as usual. If the group has failed as well, the language throws a SuppressedError of both. To nest groups, give the
 * inner one the `signal` of the outer one.
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
   * Runs a task of the group. An error of the task or of the pool rejects the future and fails the group.
   *
   * @throws PoolClosedError if the group was cancelled (the reason is the `cause`), or has ended.
   */
  run<F>(task: F & TaskCheck<F>, ...args: SendableArguments<ArgumentsOf<F>>): Future<ResultOf<F>>;
  /** Aborts when the group is cancelled, with the reason: the error of the first failure, if that cancelled it. */
  readonly signal: AbortSignal;
  /**
   * Takes back the tasks that have not started, and asks the running ones to stop. This is not a failure. Without effect once the group was
   * cancelled or has ended. Default reason: an AbortError.
   */
  cancel(reason?: unknown): void;
  /** Waits as leaving the block does. If it throws, leaving the block does not throw the same error again. */
  wait(): Promise<void>;
  /** As {@link wait}. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** The constructor of task groups. */
export interface TaskGroupConstructor {
  /** @throws TypeError if `pool` is not a pool, for an unknown option or an option of the wrong type. */
  new (pool: Pick<Pool, "submit">, options?: TaskGroupOptions): TaskGroup;
  /** For `instanceof`. */
  readonly prototype: TaskGroup;
}

/** Makes a {@link TaskGroup}. */
export declare const TaskGroup: TaskGroupConstructor;
