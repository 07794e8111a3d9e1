import type { ArgumentsOf, ResultOf, SendableArguments, TaskCheck, TaskGroupOptions } from "@heddle/core";
import { TaskGroup as SyncTaskGroup } from "heddle";
import type { Future } from "./future.js";
import type { Pool } from "./pool.js";

/**
 * Heddle's `TaskGroup`, of tasks on any machines: no task of the group outlives its block.
 *
 * @example
 * ```ts
 * import type { TaskGroup } from "@heddle/redis";
 * import type { Task } from "heddle";
 *
 * export function shrinkEach(group: TaskGroup, shrink: Task<[file: string], number>, files: string[]): void {
 *   for (const file of files) void group.run(shrink, file);
 * }
 * ```
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
  /** Takes back the tasks that have not started, and asks the running ones to stop. Default reason: an AbortError. */
  cancel(reason?: unknown): void;
  /** Waits until every task has ended. Throws the first failure; of several, an AggregateError. */
  wait(): Promise<void>;
}

interface TaskGroupConstructor {
  /** @throws TypeError if `pool` is not a pool, for an unknown option or an option of the wrong type. */
  new (pool: Pool, options?: TaskGroupOptions): TaskGroup;
  /** For `instanceof`. */
  readonly prototype: TaskGroup;
}

/** The same class: it submits to the pool that it is given, and looks at the states of futures. */
export const TaskGroup = SyncTaskGroup as unknown as TaskGroupConstructor;
