import type { Task } from "./task.js";
import type { WaitOptions } from "./wait.js";
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
  /** Items sent at a time. Default: about four chunks a worker for map, 1 for imap. */
  chunkSize?: number;
  /** Called as items finish; `total` is undefined where the source's length is not known. */
  onProgress?: (done: number, total: number | undefined) => void;
}

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

export interface FutureWaitOptions extends WaitOptions {
  /**
   * What to wait for: "all" of the futures (default), the "first" to end in whatever way, or "firstError", the first to be
   * rejected. A cancelled future is no error. Where no other ends it, all of them do.
   */
  until?: "first" | "firstError" | "all";
}

/** Futures that had ended, and those that had not, each in the order in which they were given. */
export interface WaitedFor<R> {
  readonly done: Set<Future<R>>;
  readonly pending: Set<Future<R>>;
}

/** How a future ended; `index` is its place among the distinct futures that were given. */
export type FutureOutcome<R> = PromiseSettledResult<R> & { readonly index: number; readonly future: Future<R> };

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
  /**
   * As {@link map}, for more items than should be read or kept at once: gives the results one by one, in the order of the
   * items. Nothing happens before the first result is asked for. From then on at most 2 × size × chunkSize items are read
   * from the source whose results were not handed out. `chunkSize` is 1 by default.
   *
   * A failure, of a task or of the source, is thrown at its place, after the results before it, and ends the iteration. Leaving
   * the loop ends it too. At its end, tasks that have not started never do, running ones are asked to stop and are not waited
   * for, and the source's `return()` is called; leaving the loop waits for that. A source that waits for something itself
   * when the loop is left is waited for: give it a signal. When `signal` aborts, whoever asks for a result gets its reason.
   *
   * Results may be asked for without waiting for the one before; they are handed out in the order of asking. Throws TypeError
   * or RangeError for wrong arguments. What cannot be sent, or is sent after the pool was closed, fails at its place.
   *
   * @example
   * import { isMain, Pool, task } from "@heddle/node-threads";
   *
   * const square = task(import.meta, (n: number) => n * n, { name: "square" });
   *
   * function* naturals() {
   *   for (let n = 1; ; n++) yield n;
   * }
   *
   * if (isMain(import.meta)) {
   *   await using pool = new Pool({ size: 2 });
   *   for await (const n of pool.imap(square, naturals())) {
   *     if (n > 100) break;
   *     console.log(n);
   *   }
   * }
   */
  imap<T, R>(
    task: Task<[T], R>,
    items: Iterable<T> | AsyncIterable<T>,
    options?: MapOptions,
  ): AsyncIterableIterator<Awaited<R>>;
  /**
   * As {@link imap}, in the order in which the tasks end: a slow item holds no other back. The results of one chunk stay
   * together, in order. A failure of the source is thrown after all the results.
   *
   * @example
   * import { isMain, Pool, task } from "@heddle/node-threads";
   *
   * const square = task(import.meta, (n: number) => n * n, { name: "square" });
   *
   * if (isMain(import.meta)) {
   *   await using pool = new Pool({ size: 2 });
   *   let sum = 0;
   *   for await (const n of pool.imapUnordered(square, [1, 2, 3])) sum += n;
   *   console.log(sum); // 14
   * }
   */
  imapUnordered<T, R>(
    task: Task<[T], R>,
    items: Iterable<T> | AsyncIterable<T>,
    options?: MapOptions,
  ): AsyncIterableIterator<Awaited<R>>;
  /**
   * Streams what a generator task yields. It starts when the first value is asked for, and is not resumed while 16 of its
   * values are waiting to be read. It occupies its worker until it ends.
   *
   * Leaving the loop stops it where it yields: its `finally` runs, and its `current().signal` aborts, for a generator that
   * waits for something else. Leaving waits for that, and rejects with what `finally` throws.
   *
   * What the generator throws comes after the values before it, and so does WorkerCrashedError if its worker ends. A value
   * that cannot be sent stops the generator and is a SendError. What a generator returns is not given.
   *
   * @example
   * import { isMain, Pool, task } from "@heddle/node-threads";
   *
   * const countdown = task(import.meta, function* (from: number) {
   *   try {
   *     for (let n = from; n > 0; n--) yield n;
   *   } finally {
   *     console.log("stopped");
   *   }
   * }, { name: "countdown" });
   *
   * if (isMain(import.meta)) {
   *   await using pool = new Pool({ size: 1 });
   *   for await (const n of pool.iterate(countdown, 1_000_000)) {
   *     if (n <= 999_990) break;
   *   }
   * }
   */
  iterate<A extends readonly unknown[], T>(
    task: Task<A, Iterable<T> | AsyncIterable<T>>,
    ...args: A
  ): AsyncIterableIterator<T>;
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

export interface TaskGroupOptions {
  /** Once it aborts, the group is cancelled, and waiting for it rejects with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Structured concurrency: no task of the group outlives its block. Leaving the block waits until every task has ended. The
 * first failure cancels the others; then it is thrown, and several failures as an AggregateError, in the order in which they
 * happened. A cancelled task has not failed (see {@link Future.state}): neither one that the group's own cancellation
 * stopped, nor one that the caller cancelled.
 *
 * A task that runs ends only when it heeds its `current().signal`; until then the group waits for it. If the block's own
 * code throws, the group is waited for as usual, since leaving cannot know of it; if the group has failed too, the language
 * throws a SuppressedError of both. Groups nest: give the inner one the outer one's `signal`.
 *
 * @example
 * import { isMain, Pool, task, TaskGroup } from "@heddle/node-threads";
 *
 * const double = task(import.meta, (n: number) => n * 2, { name: "double" });
 *
 * if (isMain(import.meta)) {
 *   await using pool = new Pool({ size: 2 });
 *   const results: number[] = [];
 *   {
 *     await using group = new TaskGroup(pool);
 *     for (const n of [1, 2, 3]) group.run(double, n).then((result) => results.push(result));
 *   }
 *   console.log(results.length); // 3
 * }
 */
export interface TaskGroup extends AsyncDisposable {
  /**
   * Runs a task of the group. Whatever is wrong with it, or with the pool, rejects the future and fails the group. Throws
   * PoolClosedError once the group was cancelled, with the reason as its `cause`, or was waited for to its end.
   */
  run<A extends readonly unknown[], R>(task: Task<A, R>, ...args: A): Future<Awaited<R>>;
  /** Aborts when the group is cancelled, with the reason: the first failure's error, where that was what cancelled it. */
  readonly signal: AbortSignal;
  /**
   * Takes back the tasks that have not started and asks those that run to stop. By itself no failure. Without effect
   * once the group was cancelled or has ended. Default reason: an AbortError.
   */
  cancel(reason?: unknown): void;
  /** What leaving the block does. Leaving the block after this has failed does not throw the same again. */
  wait(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface TaskGroupConstructor {
  /** Throws TypeError unless `pool` is a pool and `signal` an AbortSignal. */
  new (pool: Pool, options?: TaskGroupOptions): TaskGroup;
  readonly prototype: TaskGroup;
}
