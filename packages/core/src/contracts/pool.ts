import type { Task } from "./task.js";
import type { ResourceLimits } from "./worker.js";

export interface PoolOptions {
  /** Workers kept busy at most. Default: availableParallelism(). */
  size?: number;
  /** Its workers are called `<name>-1`, `<name>-2`, … Default: "Pool-1", counting from 1 within the program. */
  name?: string;
  /** Memory limits of each worker, where the runtime has them. */
  resourceLimits?: ResourceLimits;
}

export interface RunOptions {
  /** Cancels the task once it aborts: one that has not started never will, a running one is asked to stop. */
  signal?: AbortSignal;
}

export interface MapOptions extends RunOptions {
  /** Items sent at a time. Default: about four chunks a worker. */
  chunkSize?: number;
  /** Called as items finish; `total` is undefined where the source's length is not known. */
  onProgress?: (done: number, total: number | undefined) => void;
}

/** A promise of a task's result that can be looked at and cancelled. */
export interface Future<R> extends Promise<R> {
  readonly state: "pending" | "running" | "cancelled" | "fulfilled" | "rejected";
  /** true if the task had not started and now never will; a running task is asked to stop through its signal. */
  cancel(reason?: unknown): boolean;
}

/**
 * Workers that run tasks one after another, started when first needed and kept. An idle pool uses no CPU and does not
 * keep the program alive. A worker that dies fails the task it was running with WorkerCrashedError, and is replaced.
 */
export interface Pool extends AsyncDisposable {
  /** Runs a task in one of the workers. Rejects with what it throws, SendError, TaskNotFoundError, PoolClosedError. */
  run<A extends readonly unknown[], R>(task: Task<A, R>, ...args: A): Promise<Awaited<R>>;
  /** As {@link run}, with options and a handle to look at and cancel. Throws SendError at once. */
  submit<A extends readonly unknown[], R>(task: Task<A, R>, args: A, options?: RunOptions): Future<Awaited<R>>;
  /** Results in the order of the items. The first failure rejects, and what has not started never does. */
  map<T, R>(task: Task<[T], R>, items: Iterable<T> | AsyncIterable<T>, options?: MapOptions): Promise<Awaited<R>[]>;
  readonly size: number;
  /** Tasks that wait for a worker. */
  readonly queued: number;
  /** Tasks that run at this moment. */
  readonly running: number;
  /** Takes nothing new, finishes what was submitted, then stops the workers. */
  close(): Promise<void>;
  /** Stops now: everything unfinished rejects with PoolClosedError. */
  terminate(): Promise<void>;
  /** As close. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface PoolConstructor {
  new (options?: PoolOptions): Pool;
  readonly prototype: Pool;
}
