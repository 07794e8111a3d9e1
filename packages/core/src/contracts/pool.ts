import type { Future } from "./future.js";
import type { PoolEvents } from "./pool-events.js";
import type { CloseOptions, MapOptions, PoolOptions, RunOptions } from "./pool-options.js";
import type { PoolStats } from "./pool-stats.js";
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
   * As {@link map}, for a task of several arguments: each item is an array of all the arguments of one call.
   *
   * @throws TypeError for an item that is no array; items before it may have run.
   *
   * @example
   * import { isMain, Pool, task } from "@heddle/node-threads";
   *
   * const power = task(import.meta, (base: number, exponent: number) => base ** exponent, { name: "power" });
   *
   * if (isMain(import.meta)) {
   *   const pool = new Pool({ size: 2 });
   *   try {
   *     console.log(await pool.starmap(power, [[2, 3], [3, 2]])); // [ 8, 9 ]
   *   } finally {
   *     await pool.close();
   *   }
   * }
   */
  starmap<F>(
    task: F & TaskCheck<F>,
    items: Iterable<SendableArguments<ArgumentsOf<F>>> | AsyncIterable<SendableArguments<ArgumentsOf<F>>>,
    options?: MapOptions,
  ): Promise<ResultOf<F>[]>;
  /**
   * Runs a task for each item and yields the results one by one, in the order of the items. It is for more items than should be read or
   * kept at once: {@link map} reads and keeps them all. Nothing happens before the first result is asked for. After that, at most 2 × size
   * × chunkSize items are read ahead of the results that were taken. `chunkSize` is 1 by default. While results come in less than a
   * millisecond each, and the loop waits for them, up to 16 times as many are read ahead.
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
  /**
   * Runs the task once in each worker, behind the tasks that the worker has. If there are fewer workers than are kept when idle
   * ({@link PoolOptions.minSize}), they are started first, and at least one. Workers that are started later do not run it: the `initializer` is for
   * these, too.
   *
   * @returns The results, in the order in which the workers were started.
   * @throws The first failure. The task runs in the other workers all the same.
   * @throws WorkerCrashedError for a worker that has ended before it ran the task.
   *
   * @example
   * import { isMain, Pool, task } from "@heddle/node-threads";
   *
   * let level = "info";
   * const setLevel = task(import.meta, (to: string) => void (level = to), { name: "setLevel" });
   * const getLevel = task(import.meta, () => level, { name: "getLevel" });
   *
   * if (isMain(import.meta)) {
   *   const pool = new Pool({ size: 2 });
   *   try {
   *     await pool.broadcast(setLevel, "debug");
   *     console.log(await pool.broadcast(getLevel)); // [ 'debug', 'debug' ]
   *   } finally {
   *     await pool.close();
   *   }
   * }
   */
  broadcast<F>(task: F & TaskCheck<F>, ...args: SendableArguments<ArgumentsOf<F>>): Promise<ResultOf<F>[]>;
  /**
   * Calls `listener` at each such event of the pool: `needsDrain`, `drain`, `idle`, `workerStarted`, `workerEnded`, `error`. It is called soon after
   * the event, by the event loop of this worker. An error that it throws is uncaught. Listening does not keep the program alive.
   *
   * @returns A function that ends the listening.
   * @throws TypeError for another event, or a listener that is no function.
   *
   * @example
   * import { isMain, Pool, task } from "@heddle/node-threads";
   *
   * const square = task(import.meta, (n: number) => n * n, { name: "square" });
   *
   * if (isMain(import.meta)) {
   *   const pool = new Pool({ size: 1, name: "squares" });
   *   try {
   *     pool.on("workerStarted", ({ name }) => console.log(name)); // squares-1
   *     await pool.run(square, 3);
   *   } finally {
   *     await pool.close();
   *   }
   * }
   */
  on<E extends keyof PoolEvents>(event: E, listener: (told: PoolEvents[E]) => void): () => void;
  /**
   * The same pool with options for all its tasks, so that `run` has them, too. Options that a call is given come first. The view owns
   * nothing: closing is the pool's.
   *
   * @throws TypeError and RangeError for wrong options.
   *
   * @example
   * import { isMain, Pool, task, TimeoutError } from "@heddle/node-threads";
   *
   * const forever = task(import.meta, () => new Promise<void>(() => {}), { name: "forever" });
   *
   * if (isMain(import.meta)) {
   *   const pool = new Pool({ size: 1 });
   *   try {
   *     const hasty = pool.withOptions({ timeout: 20, grace: 0 });
   *     console.log(await hasty.run(forever).catch((error: unknown) => error instanceof TimeoutError)); // true
   *   } finally {
   *     await pool.close();
   *   }
   * }
   */
  withOptions(options: RunOptions): PoolView;
  /** The most workers that run tasks. */
  readonly size: number;
  /** How many tasks wait for a worker. */
  readonly queued: number;
  /** How many tasks run now. */
  readonly running: number;
  /** Counts of the pool's work so far. */
  readonly stats: PoolStats;
  /**
   * Starts workers ahead of the first task: as many as are kept when idle ({@link PoolOptions.minSize}), and at least one. It does nothing
   * for workers that have started already.
   *
   * @returns A promise that resolves once each of them serves. Its initializer has run then.
   * @throws PoolClosedError if the pool was closed.
   * @throws The error of the initializer, or WorkerCrashedError, for a worker that could not get ready. Later tasks start another one.
   *
   * @example
   * import { isMain, Pool, task } from "@heddle/node-threads";
   *
   * const square = task(import.meta, (n: number) => n * n, { name: "square" });
   *
   * if (isMain(import.meta)) {
   *   const pool = new Pool({ size: 2 });
   *   try {
   *     await pool.ready();
   *     console.log(await pool.run(square, 3)); // 9
   *   } finally {
   *     await pool.close();
   *   }
   * }
   */
  ready(): Promise<void>;
  /** Whether the pool was paused, by {@link pause}. */
  readonly isPaused: boolean;
  /**
   * Starts no more tasks until {@link resume}. Running tasks go on. Tasks are still accepted, and wait; they keep the program alive. A task
   * whose arguments had to be moved (see `transfer`) starts if it was sent to its worker before, and so does one of {@link broadcast}. {@link close}
   * resumes the pool.
   *
   * @throws PoolClosedError if the pool was closed.
   *
   * @example
   * import { isMain, Pool, task } from "@heddle/node-threads";
   *
   * const square = task(import.meta, (n: number) => n * n, { name: "square" });
   *
   * if (isMain(import.meta)) {
   *   const pool = new Pool({ size: 2 });
   *   try {
   *     pool.pause();
   *     const results = Promise.all([pool.run(square, 2), pool.run(square, 3)]);
   *     console.log(pool.queued); // 2
   *     pool.resume();
   *     console.log(await results); // [ 4, 9 ]
   *   } finally {
   *     await pool.close();
   *   }
   * }
   */
  pause(): void;
  /** Ends a {@link pause}. It does nothing if the pool was not paused. */
  resume(): void;
  /**
   * Accepts no more tasks, finishes those that were submitted, then lets the workers end. Their finalizers and exit hooks run, and streams
   * are flushed, within {@link PoolOptions.stopTimeout}. May be called again, also to cancel what is still queued.
   *
   * @returns A promise that resolves once all workers have ended.
   * @throws TypeError for wrong options.
   */
  close(options?: CloseOptions): Promise<void>;
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

/** A pool with options for its tasks, as {@link Pool.withOptions} gives it. */
export interface PoolView
  extends Pick<Pool, "run" | "submit" | "map" | "starmap" | "imap" | "imapUnordered" | "withOptions"> {}

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
  /**
   * Makes a pool, calls `act` with it, and closes it when `act` has settled, also if it has failed. As `await using`, for runtimes that do not
   * have that.
   *
   * @returns The value of `act`.
   * @throws The error of `act`.
   * @throws TypeError if `act` is not a function; no pool is made then.
   */
  use<T, I extends readonly unknown[] = [], F extends readonly unknown[] = []>(
    options: PoolOptions<I, F> & Needs<"initArgs", I> & Needs<"finalizerArgs", F>,
    act: (pool: Pool) => T,
  ): Promise<Awaited<T>>;
  /** For `instanceof`. */
  readonly prototype: Pool;
}

/** Makes arguments optional where the task can be called without any. */
export type Needs<Name extends string, A extends readonly unknown[]> = [] extends A
  ? unknown
  : { readonly [K in Name]: SendableArguments<NoInfer<A>> };

/** Makes a {@link Pool}. */
export declare const Pool: PoolConstructor;
