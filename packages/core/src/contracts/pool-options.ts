import type { SendableArguments } from "./received.js";
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
  /**
   * How often tasks may start: `limit` at once, and in each `interval` (milliseconds) on average. It is a token bucket of `limit` tokens, of which
   * one comes back every `interval / limit`. A task that may not start yet waits in its order, those behind it too. A chunk of `map` counts as one,
   * a retry as another. {@link Pool.broadcast} is not limited. Workers get no task ahead. Default: no limit.
   *
   * @example
   * import { isMain, Pool, task } from "@heddle/node-threads";
   *
   * const ask = task(import.meta, (n: number) => n + 1, { name: "ask" });
   *
   * if (isMain(import.meta)) {
   *   const pool = new Pool({ size: 1, rateLimit: { limit: 2, interval: 20 } });
   *   try {
   *     console.log(await Promise.all([1, 2, 3].map((n) => pool.run(ask, n)))); // [ 2, 3, 4 ]
   *   } finally {
   *     await pool.close();
   *   }
   * }
   */
  rateLimit?:
    | {
        /** How many tasks may start at once, and in each interval on average: 1 or more. */
        readonly limit: number;
        /** In milliseconds. 0: no limit. */
        readonly interval: number;
      }
    | undefined;
  /** Memory limits of each worker, as of {@link Worker}. A TypeError where the runtime has none. */
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
  /**
   * Tasks of one key run in the same worker, for as long as that worker lives. It has what they need at hand, such as
   * the connection of a user. With a `concurrency` of 1, they run in the order of submission, those of higher priorities first. A task waits for its worker, even if others
   * are idle. Keys are shared out as workers are free when a key is first used, and again when its worker has ended. A key that was not used
   * for long may be forgotten once there are 10,000 others. Default: any worker.
   *
   * @example
   * import { current, isMain, Pool, task } from "@heddle/node-threads";
   *
   * const whereAmI = task(import.meta, () => current().name, { name: "whereAmI" });
   *
   * if (isMain(import.meta)) {
   *   const pool = new Pool({ size: 2 });
   *   try {
   *     const places = await Promise.all(["ada", "bob", "ada"].map((key) => pool.submit(whereAmI, [], { key })));
   *     console.log(places[0] === places[2]); // true
   *   } finally {
   *     await pool.close();
   *   }
   * }
   */
  key?: string | number | undefined;
  /**
   * How often the task may start again after it has failed, for a task that may run twice: it threw, or its worker ended. Default: 0. The
   * arguments are those of the submission. It then waits for a worker behind the tasks that wait, which need not be the same worker. A chunk of a map is
   * tried again as a whole. The last error has the earlier ones, ten at most, as its property `previousErrors`.
   *
   * It is not tried again once it was cancelled, its signal has aborted, or the pool has ended. Nor is it after its {@link RunOptions.timeout}, which is the
   * time of each attempt. Nor is a call that would fail in the same way each time: SendError, TaskNotFoundError, ClassNotFoundError. Arguments
   * that can only be moved, such as a MessagePort, are a TypeError.
   *
   * `{ most, backoff, jitter, when }` says more than the number, which is `most`.
   *
   * @example
   * import { isMain, Pool, task, Value } from "@heddle/node-threads";
   *
   * const fetchOnce = task(import.meta, (tries: Value<"i32">) => {
   *   if (tries.add(1) < 2) throw new Error("busy");
   *   return "page";
   * }, { name: "fetchOnce" });
   *
   * if (isMain(import.meta)) {
   *   const pool = new Pool({ size: 1 });
   *   try {
   *     const retries = { most: 5, backoff: 10, when: (error: unknown) => String(error).includes("busy") };
   *     console.log(await pool.submit(fetchOnce, [new Value("i32")], { retries })); // page
   *   } finally {
   *     await pool.close();
   *   }
   * }
   */
  retries?:
    | number
    | {
        /** How often the task may start again: 0 or more, or Infinity. Default: 3. */
        readonly most?: number | undefined;
        /**
         * The pause before the second attempt, in milliseconds. Default: 100. Each further pause is twice as long, up to 10 seconds. No worker is
         * occupied meanwhile.
         */
        readonly backoff?: number | undefined;
        /**
         * The share of each pause that is left out at random at most, from 0 to 1. Default: 0.5. So tasks that failed together are not tried
         * again together.
         */
        readonly jitter?: number | undefined;
        /**
         * Decides whether another attempt follows, where one may. The event loop of this worker asks it. The first attempt is number 1. If it throws, or gives no boolean, the call
         * rejects with that error. Default: always.
         */
        readonly when?: ((error: unknown, attempt: number) => boolean) | undefined;
      }
    | undefined;
}

/**
 * Options of a map. Those of {@link RunOptions} apply to each chunk, except `signal`, which cancels the whole map: `AbortSignal.timeout(ms)` is a
 * timeout for all of it.
 *
 * @example
 * ```ts
 * import { type MapOptions, type Pool, type Task } from "@heddle/node-threads";
 *
 * const options: MapOptions = {
 *   chunkSize: 100,
 *   signal: AbortSignal.timeout(60_000),
 *   onProgress: (done, total) => console.error(`${done} of ${total}`),
 * };
 * export const shrinkAll = (pool: Pool, shrink: Task<[file: string], number>, files: string[]): Promise<number[]> =>
 *   pool.map(shrink, files, options);
 * ```
 */
export interface MapOptions extends RunOptions {
  /** How many items are sent together. Default: for `map`, about four chunks for each task that can run at once; for `imap`, 1. */
  chunkSize?: number | undefined;
  /** Called as items finish. `total` is undefined if the length of the source is not known. */
  onProgress?: ((done: number, total: number | undefined) => void) | undefined;
}

/** Options of the end of a pool. */
export interface CloseOptions {
  /**
   * Whether tasks that no worker has started never run. They reject with PoolClosedError, and so does a map or a group that has such tasks.
   * Running tasks are finished. Default: false.
   */
  cancelQueued?: boolean | undefined;
}
