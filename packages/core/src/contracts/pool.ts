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
 * How a pool is built. Wrong values throw at once: TypeError for the wrong type, RangeError for a number out of range,
 * SendError for `initArgs` and `finalizerArgs` that cannot be copied.
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
// biome-ignore lint/suspicious/noExplicitAny: options of any pool, whatever their initializer takes.
export interface PoolOptions<I extends readonly unknown[] = any, F extends readonly unknown[] = any> {
  /** Workers that run tasks at most, from 1 to 255. Default: availableParallelism(). They start as they are needed. */
  size?: number | undefined;
  /** Workers that are kept when idle, once there are so many, from 0 to `size`. Default: `size`. */
  minSize?: number | undefined;
  /**
   * Milliseconds after which an idle worker beyond `minSize` ends, those first that have been idle longest. Default: 10,000.
   * Waiting for that does not keep the program alive.
   */
  idleTimeout?: number | undefined;
  /** Its workers are called `<name>-1`, `<name>-2`, … Default: "Pool-1", counting from 1 within the program. */
  name?: string | undefined;
  /**
   * Runs in each worker before its first task, and may be async. What it returns is not used. If it throws, or its worker ends
   * before it is done, that costs this worker: another one is started, after a pause that grows from 100 ms to 10 s with each failure in a
   * row, and the pool serves with the workers that it has. See {@link initializerRetries} for when there are none.
   */
  initializer?: Task<I> | undefined;
  /**
   * How many starts may fail after the first, in a row, before calls stop waiting for a worker. Default: 3. While no worker serves, calls then
   * reject with what the initializer threw (WorkerCrashedError, if its worker ended). The first call after the next pause starts another
   * worker, whose success mends the pool. 0: calls do not wait at all; Infinity: they wait for ever.
   */
  initializerRetries?: number | undefined;
  /**
   * What the initializer is called with, as it is when the pool is made. Each worker gets a copy: what can only be moved,
   * such as a MessagePort, is a SendError. Without an initializer they are a TypeError.
   */
  initArgs?: SendableArguments<NoInfer<I>> | undefined;
  /**
   * Runs in each worker as its last task, and may be async: the counterpart of `initializer`, for closing what that opened. It runs
   * when the worker ends with its pool (`close`), because it was idle for long or has run all its tasks, or with the program. It does
   * not run in a worker whose initializer failed, that crashed, or that was terminated. What it returns is not used. What it throws
   * goes to the except hook: the pool is closed all the same.
   */
  finalizer?: Task<F> | undefined;
  /** What the finalizer is called with, under the same rules as `initArgs`. */
  finalizerArgs?: SendableArguments<NoInfer<F>> | undefined;
  /**
   * Milliseconds in which a worker has to end by itself once it was told to. Default: 10,000. That is the time for tasks that were
   * aborted and go on, for the finalizer, and for what the event loop has left to do: a stream to flush, a connection to close. A
   * worker that takes longer is told to end at once (its exit hooks run, as after `process.exit`), and is killed if it has not
   * done so within another second; the except hook is told of it by a TimeoutError. Infinity: it may take as long as it likes.
   * Where the program ends by itself and the pool was left open, it is 1,000 at most: close the pool for more.
   */
  stopTimeout?: number | undefined;
  /**
   * A worker is replaced after so many tasks, 1 or more; a chunk of `map` counts as one. Default: Infinity. Its replacement starts
   * while it runs the last ones, and takes over when they have ended.
   */
  maxTasksPerWorker?: number | undefined;
  /**
   * Tasks that one worker runs at the same time, from 1 to 512: for tasks that mostly wait. Default: 1. Each has a signal
   * and a place in re-entrant locks of its own. All of them go down with their worker, if one crashes it or has to be
   * stopped (see {@link RunOptions.grace}). A task that blocks its worker holds up the others. Work is spread over as many
   * workers as there may be before one gets a second task.
   */
  concurrency?: number | undefined;
  /**
   * Tasks, a chunk of `map` counting as one, that may wait when as many run as can: when all workers are busy. 0 or more;
   * default: Infinity. Beyond that, run and submit reject with QueueFullError, and map waits until there is room. A run may get
   * there before a map that waits.
   */
  maxQueue?: number | undefined;
  /** Memory limits of each worker, where the runtime has them. */
  resourceLimits?: ResourceLimits | undefined;
  /** Node's own options for each worker, as of a worker. Only on Node: elsewhere a TypeError. */
  execArgv?: readonly string[] | undefined;
  /** What `process.argv` has after the program's name in each worker. Only on Node: elsewhere a TypeError. */
  argv?: readonly string[] | undefined;
}

/**
 * How one task is run.
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
   * Rejects with the signal's reason as soon as it aborts, whether the task waits or runs. One that has not started never
   * will; a running one is asked to stop, by `current().signal` and `current().isCancelled` in its worker, and occupies its worker until it ends, or until its
   * {@link RunOptions.grace} is over.
   */
  signal?: AbortSignal | undefined;
  /**
   * Milliseconds that the task may run, from its start in a worker: a task that waits cannot time out. Default: Infinity. To
   * load its module, where its worker has not done so before, is part of that. After that it rejects with TimeoutError, and `current().signal` of the task aborts with that error. An answer that has arrived
   * by then counts. For `map`, each chunk has this time.
   */
  timeout?: number | undefined;
  /**
   * Milliseconds that the task may go on after its timeout, or after it was cancelled: by its signal, by its future, or with its
   * map or group. Default: 1000. A worker that is still running it then is replaced.
   * Tasks that waited for that worker go to others. With a `concurrency` above 1, the others that ran in it reject with
   * WorkerCrashedError: tasks that heed their signal in time do no harm. Infinity: the worker is left to it.
   */
  grace?: number | undefined;
  /**
   * Among the tasks that wait, higher numbers run first, and equal ones in the order in which they were submitted. Default: 0.
   * A running task is never interrupted, and nothing but its priority helps a task that higher ones keep overtaking. While
   * tasks of different priorities wait, workers are given one at a time, which makes very short tasks slower. A task whose
   * arguments had to be moved (see `transfer`) stays with the worker it was sent to, even if that one is busy.
   */
  priority?: number | undefined;
}

/** As {@link RunOptions}, for the chunks of a map; `signal` is for the map as a whole. */
export interface MapOptions extends RunOptions {
  /** Items sent at a time. Default: about four chunks for each task that can run at once for map, 1 for imap. */
  chunkSize?: number | undefined;
  /** Called as items finish; `total` is undefined where the source's length is not known. */
  onProgress?: ((done: number, total: number | undefined) => void) | undefined;
}

/** How long things took, in milliseconds. The percentiles are right to a sixteenth. All 0 while there are none. */
export interface Summary {
  /** How many were measured. */
  readonly count: number;
  /** Their average. */
  readonly mean: number;
  /** Half of them took no longer. */
  readonly p50: number;
  /** All but one in a hundred took no longer. */
  readonly p99: number;
  /** The longest. */
  readonly max: number;
}

/** What a pool has done so far; a chunk of `map` counts as one task. A snapshot that does not change. */
export interface PoolStats {
  /** Tasks that returned. */
  readonly completed: number;
  /** Tasks that threw, crashed, timed out, or were unfinished when the pool ended. */
  readonly failed: number;
  /** Tasks that were cancelled before they started, or whose signal aborted. */
  readonly cancelled: number;
  /** Workers that had to be replaced: they crashed, did not stop after a timeout, or had run all their tasks. */
  readonly respawned: number;
  /** From submission to start; the way of the answer, usually well under a millisecond, is in it too. Answered tasks only. */
  readonly waitTime: Summary;
  /** From start to end, as its worker measured it, whatever the end was. Answered tasks only. */
  readonly runTime: Summary;
  /** Share of its workers' time, from their start on, that answered tasks took, from 0 to 1. Each place for a task counts. */
  readonly utilization: number;
}

/**
 * Workers that run tasks, first come first served unless {@link RunOptions.priority} says otherwise. They start when first
 * needed, and are kept. An idle pool uses no CPU and does not keep the program alive; an unfinished task does. When the program
 * ends by itself, idle workers of pools that were left open end as after `close`, within a second. A worker that
 * dies fails the tasks it was running with WorkerCrashedError and is replaced; what it had not started runs elsewhere. If no
 * worker can be started, those that there are do the work; if there are none, tasks reject with the error of that.
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
   * Runs a task in one of the workers. Rejects with what the task throws; SendError, TypeError, QueueFullError or
   * PoolClosedError if it was not taken, which then leaves nothing behind; TaskNotFoundError; WorkerCrashedError.
   */
  run<F>(task: F & TaskCheck<F>, ...args: SendableArguments<ArgumentsOf<F>>): Promise<ResultOf<F>>;
  /**
   * As {@link run}, with options and a handle to look at and cancel. Throws TypeError, RangeError for wrong arguments, and
   * PoolClosedError, at once.
   */
  submit<F>(task: F & TaskCheck<F>, args: SendableArguments<ArgumentsOf<F>>, options?: RunOptions): Future<ResultOf<F>>;
  /**
   * Results in the order of the items. Rejects with TypeError for items that are not iterable, such as a promise of some, and RangeError
   * or TypeError for wrong options, before anything runs. The first failure rejects, and what has not started never does. Items of an array or
   * another sync iterable are all read at once. A map that has begun is finished when the pool is closed.
   */
  map<F>(
    task: F & MapCheck<F>,
    items: Iterable<ItemOf<F>> | AsyncIterable<ItemOf<F>>,
    options?: MapOptions,
  ): Promise<ResultOf<F>[]>;
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
   * As {@link imap}, in the order in which the tasks end: a slow item holds no other back. The results of one chunk stay
   * together, in order. A failure of the source is thrown after all the results.
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
  /** Workers that run tasks at most, as it was made with. */
  readonly size: number;
  /** Tasks that wait for a worker. */
  readonly queued: number;
  /** Tasks that run at this moment. */
  readonly running: number;
  /** What it has done so far, counted and measured. */
  readonly stats: PoolStats;
  /**
   * Takes nothing new, finishes what was submitted, then lets the workers end: their finalizer and exit hooks run, and what they were
   * writing gets written, within {@link PoolOptions.stopTimeout}. Resolves once they have ended. May be called again, to wait for the
   * same.
   */
  close(): Promise<void>;
  /**
   * Stops now: everything unfinished rejects with PoolClosedError. Running tasks are not asked; their workers are killed, without
   * finalizers and exit hooks.
   */
  terminate(): Promise<void>;
  /** As close. */
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

/** An item of a map by that task. */
export type ItemOf<F> = ArgumentsOf<F> extends readonly [(infer T)?, ...unknown[]] ? Sendable<T> : unknown;

/** As {@link TaskCheck}, for a task of a generator, or of what else gives something to iterate over. */
export type GeneratorCheck<F> =
  Yields<F> extends false
    ? Refused<"iterate wants the task of a generator function: use run for a single result">
    : TaskCheck<F>;

type Yields<F> = 0 extends 1 & F
  ? true
  : [ReturnOf<F>] extends [Iterable<unknown> | AsyncIterable<unknown>]
    ? true
    : false;

/** What a generator's task yields. */
export type YieldOf<F> = ReturnOf<F> extends Iterable<infer T> | AsyncIterable<infer T> ? T : unknown;

/** Makes pools. */
export interface PoolConstructor {
  /** Makes a pool; its workers start as they are needed. Throws as {@link PoolOptions} says. */
  new <I extends readonly unknown[] = [], F extends readonly unknown[] = []>(
    options?:
      | (PoolOptions<I, F> & Needs<"initArgs", I> & Needs<"finalizerArgs", F>)
      | Refused<"options are an object: new Pool({ size: 4 })">,
  ): Pool;
  /** For `instanceof`. */
  readonly prototype: Pool;
}

/** Arguments may be left out only where the task can be called without. */
export type Needs<Name extends string, A extends readonly unknown[]> = [] extends A
  ? unknown
  : { readonly [K in Name]: SendableArguments<NoInfer<A>> };

/** Makes a {@link Pool}. */
export declare const Pool: PoolConstructor;
