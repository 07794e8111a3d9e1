import type { Future } from "./future.js";
import type {
  ArgumentsOf,
  Received,
  Refused,
  ResultOf,
  ReturnOf,
  Sendable,
  SendableArguments,
  TaskCheck,
} from "./received.js";
import type { Task } from "./task.js";
import type { ResourceLimits } from "./worker.js";

/**
 * Options of a pool. Wrong options throw at once. An unknown name or a wrong type is a TypeError, and a number out of range a RangeError.
 * `initArgs` or `finalizerArgs` that cannot be copied are a SendError.
 *
 * @example
 * import { isMain, Pool, task } from "@heddle/node-threads";
 *
 * let greeting = "";
 * const learn = task(import.meta, (word: string) => void (greeting = word), { name: "learn" });
 * const greet = task(import.meta, (name: string) => `${greeting}, ${name}`, { name: "greet" });
 *
 * if (isMain(import.meta)) {
 *   const pool = new Pool({ size: 2, initializer: learn, initArgs: ["Hello"], maxTasksPerWorker: 100 });
 *   try {
 *     console.log(await pool.run(greet, "Ada")); // Hello, Ada
 *   } finally {
 *     await pool.close();
 *   }
 * }
 */
// biome-ignore lint/suspicious/noExplicitAny: options of any pool, with any parameters of their initializer.
export interface PoolOptions<I extends readonly unknown[] = any, F extends readonly unknown[] = any> {
  /** The most workers that run tasks, from 1 to 255. Default: availableParallelism(). Workers start when they are needed. */
  size?: number | undefined;
  /** How many workers are kept when idle, from 0 to `size`. Default: `size`. */
  minSize?: number | undefined;
  /**
   * How long a worker beyond `minSize` may be idle before it ends, in milliseconds. Default: 10,000. The worker that has been idle longest
   * ends first. This timer does not keep the program alive.
   */
  idleTimeout?: number | undefined;
  /** The name of the pool. Its workers are called `<name>-1`, `<name>-2`, … Default: "Pool-1", counting from 1 within the program. */
  name?: string | undefined;
  /**
   * A task that runs in each worker before its first task; it may be async. Its result is ignored. If it throws, or its worker ends
   * meanwhile, that worker is lost and another one is started. The pause before that grows from 100 ms to 10 s with each failure in a row.
   * The pool goes on with the workers that it has; {@link initializerRetries} says what happens if it has none.
   */
  initializer?: Task<I> | undefined;
  /**
   * How many starts in a row may fail, after the first one, before calls stop waiting for a worker. Default: 3. After that, calls reject
   * with the initializer's error (WorkerCrashedError, if its worker ended) while no worker serves. The first call after the next pause
   * starts another worker; if that succeeds, the pool works again. 0: calls do not wait at all. Infinity: they always wait.
   */
  initializerRetries?: number | undefined;
  /**
   * The arguments of the initializer, as they are when the pool is made. Each worker gets a copy; a value that can only be moved, such as a
   * MessagePort, is a SendError. A TypeError without an initializer.
   */
  initArgs?: SendableArguments<NoInfer<I>> | undefined;
  /**
   * A task that runs in each worker as its last one; it may be async. It closes what the `initializer` opened. It runs when the worker
   * ends: with its pool (`close`), with the program, after a long idle time, or after all its tasks. It does not run in a worker whose
   * initializer failed, that crashed, or that was terminated. Its result is ignored. An error goes to the except hook; the pool is closed
   * all the same.
   */
  finalizer?: Task<F> | undefined;
  /** The arguments of the finalizer, under the same rules as `initArgs`. */
  finalizerArgs?: SendableArguments<NoInfer<F>> | undefined;
  /**
   * How long a worker may take to end once it was told to, in milliseconds. Default: 10,000. In that time aborted tasks that go on, the
   * finalizer, and the event loop (streams to flush, connections to close) have to end. A worker that takes longer is told to end at once;
   * its exit hooks run, as after `process.exit`. If it has not ended within another second, it is killed. The except hook then gets a
   * TimeoutError. Infinity: no limit. If the program ends by itself and the pool was not closed, the limit is at most 1,000.
   */
  stopTimeout?: number | undefined;
  /**
   * A worker is replaced after this many tasks, 1 or more; a chunk of `map` counts as one. Default: Infinity. The replacement starts while
   * the worker runs its last tasks, and takes over when they have ended.
   */
  maxTasksPerWorker?: number | undefined;
  /**
   * How many tasks one worker runs at the same time, from 1 to 512: for tasks that mostly wait. Default: 1. Each task has its own signal,
   * and is an owner of its own in an RLock. If a worker crashes or has to be stopped (see {@link RunOptions.grace}), all its tasks fail. A
   * task that blocks its worker holds up the others. The pool uses as many workers as it may before it gives one of them a second task.
   */
  concurrency?: number | undefined;
  /**
   * How many tasks may wait while all workers are busy; a chunk of `map` counts as one. 0 or more; default: Infinity. Beyond that, `run`
   * and `submit` reject with QueueFullError, and `map` waits until there is room. A call of `run` may take the room before a waiting `map`.
   */
  maxQueue?: number | undefined;
  /** Memory limits of each worker, where the runtime has them. */
  resourceLimits?: ResourceLimits | undefined;
  /** Node's own options for each worker, as of {@link Worker}. On other runtimes, a TypeError. */
  execArgv?: readonly string[] | undefined;
  /** The elements of `process.argv` after the name of the program in each worker. On other runtimes than Node, a TypeError. */
  argv?: readonly string[] | undefined;
}

/**
 * Options of one task.
 *
 * @example
 * import { isMain, Pool, sleep, task, TimeoutError } from "@heddle/node-threads";
 *
 * const nap = task(import.meta, (ms: number) => sleep(ms), { name: "nap" });
 *
 * if (isMain(import.meta)) {
 *   const pool = new Pool({ size: 1 });
 *   try {
 *     const long = pool.submit(nap, [60_000], { timeout: 50, grace: 50 });
 *     const urgent = pool.submit(nap, [0], { priority: 1 });
 *     const failure = await long.catch((error: unknown) => error);
 *     console.log(failure instanceof TimeoutError); // true
 *     await urgent;
 *   } finally {
 *     await pool.close();
 *   }
 * }
 */
export interface RunOptions {
  /**
   * When it aborts, the call rejects with the signal's reason at once, whether the task waits or runs. A task that has not started never
   * will. A running task is asked to stop, by `current().signal` and `current().isCancelled`. It occupies its worker until it ends, or
   * until its {@link RunOptions.grace} is over.
   */
  signal?: AbortSignal | undefined;
  /**
   * How long the task may run, in milliseconds, from its start in a worker; time in the queue does not count. Default: Infinity. The time
   * to load its module counts, if the worker has not loaded it yet. After the timeout the call rejects with TimeoutError, and
   * `current().signal` of the task aborts with that error. A result that has arrived by then counts. Each chunk of a `map` has this time.
   */
  timeout?: number | undefined;
  /**
   * How long the task may go on after its timeout or its cancellation (by its signal, its future, its map or its group), in milliseconds.
   * Default: 1000. After that its worker is replaced. Tasks that were waiting for that worker go to others. With a `concurrency` above 1,
   * the other tasks that were running in it reject with WorkerCrashedError. Infinity: the worker is never replaced.
   */
  grace?: number | undefined;
  /**
   * Of the waiting tasks, those with a higher priority run first; those of equal priority run in the order of submission. Default: 0. A
   * running task is never interrupted. A task can wait without bound while tasks of higher priority keep coming. While tasks of different
   * priorities wait, workers get one task at a time, which slows down very short tasks. A task whose arguments had to be moved (see
   * `transfer`) stays with the worker that it was sent to, even if that worker is busy.
   */
  priority?: number | undefined;
}

/** Options of a map. Those of {@link RunOptions} apply to each chunk, except `signal`, which cancels the whole map. */
export interface MapOptions extends RunOptions {
  /** How many items are sent together. Default: for `map`, about four chunks for each task that can run at once; for `imap`, 1. */
  chunkSize?: number | undefined;
  /** Called as items finish. `total` is undefined if the length of the source is not known. */
  onProgress?: ((done: number, total: number | undefined) => void) | undefined;
}

/** Durations in milliseconds. Percentiles are accurate to a sixteenth. All fields are 0 if nothing was measured. */
export interface Summary {
  /** How many durations were measured. */
  readonly count: number;
  /** The average duration. */
  readonly mean: number;
  /** The median duration: half of the tasks took less. */
  readonly p50: number;
  /** The 99th percentile: one task in a hundred took longer. */
  readonly p99: number;
  /** The longest duration. */
  readonly max: number;
}

/** Counts of a pool's work so far: a snapshot. A chunk of `map` counts as one task. */
export interface PoolStats {
  /** Tasks that returned. */
  readonly completed: number;
  /** Tasks that threw, crashed, timed out, or were unfinished when the pool ended. */
  readonly failed: number;
  /** Tasks that were cancelled before they started, or whose signal aborted. */
  readonly cancelled: number;
  /** Workers that were replaced: they crashed, did not stop after a timeout, or had run all their tasks. */
  readonly respawned: number;
  /** How long answered tasks waited, from submission to start. The way of the answer, usually well under a millisecond, is included. */
  readonly waitTime: Summary;
  /** How long answered tasks ran, from start to end, as measured in the worker. Tasks that threw count, too. */
  readonly runTime: Summary;
  /** The share of the workers' time that answered tasks took, from 0 to 1. With a `concurrency` above 1, each place for a task counts. */
  readonly utilization: number;
}

/**
 * A pool of workers that run tasks. The workers start when they are first needed, and are kept. An idle pool uses no CPU and does not keep
 * the program alive; an unfinished task does. When the program ends by itself, idle workers of pools that were not closed end as after
 * `close`, within a second.
 *
 * If a worker dies, the tasks that it was running reject with WorkerCrashedError, and the pool replaces it. Tasks that it had not started
 * run elsewhere. If no more workers can be started, the present ones do the work; if there are none, tasks reject with the error of the
 * start.
 *
 * Fairness: tasks start in the order of submission, unless {@link RunOptions.priority} says otherwise.
 *
 * @example
 * import { isMain, Pool, task } from "@heddle/node-threads";
 *
 * const square = task(import.meta, (n: number) => n * n, { name: "square" });
 *
 * if (isMain(import.meta)) {
 *   const pool = new Pool({ size: 2 });
 *   try {
 *     console.log(await pool.run(square, 7)); // 49
 *     console.log(await pool.map(square, [1, 2, 3])); // [ 1, 4, 9 ]
 *   } finally {
 *     await pool.close();
 *   }
 * }
 */
export interface Pool extends AsyncDisposable {
  /**
   * Runs a task in one of the workers.
   *
   * @returns The result of the task.
   * @throws The error that the task throws.
   * @throws SendError, TypeError, QueueFullError or PoolClosedError if the task was not accepted. Nothing is left behind then.
   * @throws TaskNotFoundError if the worker does not find the task.
   * @throws WorkerCrashedError if the worker ends while it runs the task.
   */
  run<F>(task: F & TaskCheck<F>, ...args: SendableArguments<ArgumentsOf<F>>): Promise<ResultOf<F>>;
  /**
   * As {@link run}, with options.
   *
   * @returns A future: a promise with a state, which can be cancelled.
   * @throws TypeError and RangeError for wrong arguments, PoolClosedError; all at once.
   */
  submit<F>(task: F & TaskCheck<F>, args: SendableArguments<ArgumentsOf<F>>, options?: RunOptions): Future<ResultOf<F>>;
  /**
   * Calls the task once for each item. Items of an array or another sync iterable are all read at once. A map that has begun is finished
   * when the pool is closed.
   *
   * @returns The results, in the order of the items.
   * @throws The first failure. Items whose task has not started are then never run.
   * @throws TypeError for items that are not iterable, such as a promise of an array, and TypeError or RangeError for wrong options; before
   *   anything runs.
   */
  map<F>(
    task: F & MapCheck<F>,
    items: Iterable<ItemOf<F>> | AsyncIterable<ItemOf<F>>,
    options?: MapOptions,
  ): Promise<ResultOf<F>[]>;
  /**
   * Runs a task for each item and yields the results one by one, in the order of the items. It is for more items than should be read or
   * kept at once: {@link map} reads and keeps them all. Nothing happens before the first result is asked for. After that, at most 2 × size
   * × chunkSize items are read ahead of the results that were taken. `chunkSize` is 1 by default.
   *
   * A failure of a task or of the source is thrown in its place, after the results before it, and ends the iteration. Leaving the loop ends
   * it too. At the end, tasks that have not started never will. Running tasks are asked to stop and are not waited for. The `return()` of
   * the source is called; leaving the loop waits for that. A source that waits for something else when the loop is left is waited for: give
   * it a signal. After `signal` has aborted, asking for a result throws its reason.
   *
   * Several results may be asked for at a time; they come in the order of asking. A value that cannot be sent, or that comes after the pool
   * was closed, fails in its place.
   *
   * @throws TypeError or RangeError for wrong arguments.
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
   *   const pool = new Pool({ size: 2 });
   *   try {
   *     for await (const n of pool.imap(square, naturals())) {
   *       if (n > 9) break;
   *       console.log(n); // 1
   *       // 4
   *       // 9
   *     }
   *   } finally {
   *     await pool.close();
   *   }
   * }
   */
  imap<F>(
    task: F & MapCheck<F>,
    items: Iterable<ItemOf<F>> | AsyncIterable<ItemOf<F>>,
    options?: MapOptions,
  ): AsyncIterableIterator<ResultOf<F>>;
  /**
   * As {@link imap}, in the order in which the tasks end: a slow item holds up no other. The results of one chunk stay together, in order.
   * A failure of the source is thrown after all the results.
   *
   * @example
   * import { isMain, Pool, task } from "@heddle/node-threads";
   *
   * const square = task(import.meta, (n: number) => n * n, { name: "square" });
   *
   * if (isMain(import.meta)) {
   *   const pool = new Pool({ size: 2 });
   *   try {
   *     let sum = 0;
   *     for await (const n of pool.imapUnordered(square, [1, 2, 3])) sum += n;
   *     console.log(sum); // 14
   *   } finally {
   *     await pool.close();
   *   }
   * }
   */
  imapUnordered<F>(
    task: F & MapCheck<F>,
    items: Iterable<ItemOf<F>> | AsyncIterable<ItemOf<F>>,
    options?: MapOptions,
  ): AsyncIterableIterator<ResultOf<F>>;
  /**
   * Yields what a generator task yields. The task starts when the first value is asked for, and pauses while 16 of its values wait to be
   * read. It occupies its worker until it ends. The return value of the generator is ignored.
   *
   * Leaving the loop stops the generator at its `yield`: its `finally` runs, and its `current().signal` aborts. Leaving waits for that.
   *
   * @throws The error that the generator throws, after the values before it. Leaving the loop throws the error of `finally`.
   * @throws WorkerCrashedError if the worker ends, after the values before that.
   * @throws SendError for a value that cannot be sent; the generator is stopped.
   *
   * @example
   * import { isMain, Pool, task } from "@heddle/node-threads";
   *
   * const countdown = task(import.meta, function* (from: number) {
   *   try {
   *     for (let n = from; n > 0; n--) yield n;
   *   } finally {
   *     console.log("stopped"); // stopped
   *   }
   * }, { name: "countdown" });
   *
   * if (isMain(import.meta)) {
   *   const pool = new Pool({ size: 1 });
   *   try {
   *     for await (const n of pool.iterate(countdown, 1_000_000)) {
   *       if (n <= 999_990) break;
   *     }
   *   } finally {
   *     await pool.close();
   *   }
   * }
   */
  iterate<F>(
    task: F & GeneratorCheck<F>,
    ...args: SendableArguments<ArgumentsOf<F>>
  ): AsyncIterableIterator<Received<YieldOf<F>>>;
  /** The most workers that run tasks. */
  readonly size: number;
  /** How many tasks wait for a worker. */
  readonly queued: number;
  /** How many tasks run now. */
  readonly running: number;
  /** Counts of the pool's work so far. */
  readonly stats: PoolStats;
  /**
   * Accepts no more tasks, finishes those that were submitted, then lets the workers end. Their finalizers and exit hooks run, and streams
   * are flushed, within {@link PoolOptions.stopTimeout}. May be called again.
   *
   * @returns A promise that resolves once all workers have ended.
   */
  close(): Promise<void>;
  /**
   * Stops the pool now. Unfinished tasks reject with PoolClosedError. Running tasks are not asked to stop: their workers are killed,
   * without finalizers and exit hooks.
   *
   * @returns A promise that resolves once all workers have ended.
   */
  terminate(): Promise<void>;
  /** As {@link close}. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** As {@link TaskCheck}, for a task that can be called with one item. */
export type MapCheck<F> =
  TakesOne<F> extends false
    ? Refused<"map calls the task with one item: give each item all that it needs, or use run for several arguments">
    : TaskCheck<F>;

type TakesOne<F> = 0 extends 1 & F
  ? true
  : [F] extends [(...args: never[]) => unknown]
    ? [F] extends [(item: never) => unknown]
      ? true
      : false
    : true;

/** The type of an item of a map by that task. */
export type ItemOf<F> = ArgumentsOf<F> extends readonly [(infer T)?, ...unknown[]] ? Sendable<T> : unknown;

/** As {@link TaskCheck}, for a task that returns something to iterate over. */
export type GeneratorCheck<F> =
  Yields<F> extends false
    ? Refused<"iterate wants the task of a generator function: use run for a single result">
    : TaskCheck<F>;

type Yields<F> = 0 extends 1 & F
  ? true
  : [ReturnOf<F>] extends [Iterable<unknown> | AsyncIterable<unknown>]
    ? true
    : false;

/** The type of the values that the task of a generator yields. */
export type YieldOf<F> = ReturnOf<F> extends Iterable<infer T> | AsyncIterable<infer T> ? T : unknown;

/** The constructor of pools. */
export interface PoolConstructor {
  /** Makes a pool. {@link PoolOptions} says what it throws. */
  new <I extends readonly unknown[] = [], F extends readonly unknown[] = []>(
    options?:
      | (PoolOptions<I, F> & Needs<"initArgs", I> & Needs<"finalizerArgs", F>)
      | Refused<"options are an object: new Pool({ size: 4 })">,
  ): Pool;
  /** For `instanceof`. */
  readonly prototype: Pool;
}

/** Makes arguments optional where the task can be called without any. */
export type Needs<Name extends string, A extends readonly unknown[]> = [] extends A
  ? unknown
  : { readonly [K in Name]: SendableArguments<NoInfer<A>> };

/** Makes a {@link Pool}. */
export declare const Pool: PoolConstructor;
