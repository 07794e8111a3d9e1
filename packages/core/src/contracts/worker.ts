import type { ArgumentsOf, Received, ReturnOf, SendableArguments, TaskCheck } from "./received.js";
import type { Task } from "./task.js";
import type { SyncWaitOptions, WaitOptions } from "./wait.js";

/** How much memory a worker may take, in megabytes. A worker that wants more ends with WorkerCrashedError. A limit that is not above 0 is a RangeError. */
export interface ResourceLimits {
  /** Of the heap's main part. Default: the runtime's. */
  maxOldGenerationSizeMb?: number | undefined;
  /** Of the heap's part for new objects. Default: the runtime's. */
  maxYoungGenerationSizeMb?: number | undefined;
  /** Of the stack. Default: the runtime's. */
  stackSizeMb?: number | undefined;
}

/** How a worker is started. */
export interface WorkerOptions<A extends readonly unknown[]> {
  /** What the target is called with; copied at `start`, as by structured clone, Heddle's own objects as handles. */
  args?: SendableArguments<A> | undefined;
  /** Default: "Thread-1 (taskName)" or "Process-1", counting from 1 within the program. */
  name?: string | undefined;
  /** A daemon does not keep the program alive and is stopped when it ends. Default false; inherited from the creator. */
  daemon?: boolean | undefined;
  /** Asks the target to stop, as `cancel` does, once it aborts. */
  signal?: AbortSignal | undefined;
  /**
   * Milliseconds that the target may go on after it was cancelled, by `cancel` or by its signal. Default: 1000. After that the worker is
   * terminated. Infinity: it is left to the target.
   */
  grace?: number | undefined;
  /**
   * Milliseconds in which the worker has to end by itself once its target has settled: for a stream to flush, a connection to close.
   * Default: Infinity, as long as its event loop has something to do. One that takes longer is told to end at once (its exit hooks run, as
   * after `process.exit`), and is killed if it has not done so within another second; the except hook is told of it by a TimeoutError.
   */
  stopTimeout?: number | undefined;
  /** Environment variables for the new worker. Default: a copy of this worker's. */
  env?: Record<string, string | undefined> | undefined;
  /** Memory limits where the runtime has them. */
  resourceLimits?: ResourceLimits | undefined;
  /**
   * Node's own options for the new worker, such as `--import` with a loader. Default: this worker's. Threads refuse those of the whole process.
   * Only on Node: elsewhere a TypeError.
   */
  execArgv?: readonly string[] | undefined;
  /** What `process.argv` has after the program's name in the new worker. Default: the same as here. Only on Node: elsewhere a TypeError. */
  argv?: readonly string[] | undefined;
}

/** The options of a worker: `args` may be left out only where the target can be called without arguments. */
export type WorkerArguments<A extends readonly unknown[]> = [] extends A
  ? [options?: WorkerOptions<A>]
  : [
      options: WorkerOptions<A> & {
        /** As in {@link WorkerOptions}. */
        args: SendableArguments<A>;
      },
    ];

/**
 * A worker: one thread of execution with its own event loop and heap, started by another worker. The one that runs the
 * program's entry module is the main worker. An adapter exports the class under its natural name too, such as `Thread`.
 *
 * It ends once its target has settled and its event loop has nothing left to do. What was done before `start` has happened
 * before what the target does, and what the target did before whoever joins goes on, or gets the result. A join that
 * times out establishes nothing.
 *
 * @example
 * ```ts
 * import { isMain, task, Worker } from "@heddle/node-threads";
 *
 * const greet = task(import.meta, function greet(name: string) {
 *   return `Hello, ${name}`;
 * });
 *
 * if (isMain(import.meta)) {
 *   const worker = new Worker(greet, { args: ["Ada"], name: "greeter" }).start();
 *   console.log(await worker.result); // Hello, Ada
 *   console.log(await worker.join()); // true
 *   console.log(worker.name, worker.isAlive, worker.exitCode); // greeter false 0
 * }
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: as for Task, the default from which every argument list can be inferred.
export interface Worker<A extends readonly unknown[] = any[], R = unknown> extends AsyncDisposable {
  /** The task that it runs. */
  readonly target: Task<A, R>;
  /** For people: names need not differ. */
  readonly name: string;
  /** Unique in the program; undefined before start. */
  readonly id: number | undefined;
  /** Operating-system process id, undefined before start; a thread reports its process's. */
  readonly pid: number | undefined;
  /** Whether it is stopped when the program ends, instead of keeping it alive. */
  readonly daemon: boolean;
  /** true from start until it has ended. */
  readonly isAlive: boolean;
  /** undefined while alive; 0 after a normal end; 1 after an uncaught error; -N when signal N killed it. */
  readonly exitCode: number | undefined;
  /**
   * What the target returned, or the error it threw. Rejects with WorkerCrashedError if the worker ended without an
   * answer, with TaskNotFoundError if it did not find the target. Asking for it makes its failure yours to handle;
   * an error that nobody asked for goes to the except hook. Until it settles, it keeps the worker that asked for it alive, as `join`
   * does, even if it is a daemon's. Rejects with WorkerStateError when it is asked for before start.
   */
  readonly result: Promise<Received<Awaited<R>>>;
  /**
   * Starts the worker, and gives it back. Throws WorkerStateError when started twice; SendError if an argument cannot be
   * sent, and then it is not started and may be started again.
   */
  start(): this;
  /**
   * true once the worker has ended, false if the timeout passed first. Never rejects because of the target's error.
   * Rejects with WorkerStateError before start, with the signal's reason once it aborts. May be called again and again.
   */
  join(options?: WaitOptions): Promise<boolean>;
  /**
   * As {@link join}, blocking this worker. Throws WorkerStateError, as it would never return, for a worker that was terminated
   * and has not ended yet. Throws DeadlockError if the worker waits, blocking too, for something that this one holds.
   */
  joinSync(options?: SyncWaitOptions): boolean;
  /**
   * Asks the target to stop: its `current().signal` aborts with `reason`, by default an AbortError, and `current().isCancelled` is true at
   * once. A target that has not settled when {@link WorkerOptions.grace} is over is stopped as by {@link terminate}. Without effect once
   * the worker has ended; only the first cancel counts. Throws WorkerStateError before start, SendError if the reason cannot be sent.
   */
  cancel(reason?: unknown): void;
  /**
   * Stops the worker now, wherever it is; `current().isCancelled` is true there, for a loop that the runtime cannot stop. Locks that it held become abandoned, and its result, if it is still open, rejects with
   * WorkerCrashedError. Resolves once it has ended. Rejects with WorkerStateError before start.
   */
  terminate(): Promise<void>;
  /** Terminates if still alive. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Makes workers. */
export interface WorkerConstructor {
  /**
   * Makes a worker that is yet to be started. Throws TypeError for what is no task, for what is no object of options, for a name that is
   * none of them and for a value of another type; RangeError for a number out of range.
   */
  new <F>(target: F & TaskCheck<F>, ...options: WorkerArguments<ArgumentsOf<F>>): Worker<ArgumentsOf<F>, ReturnOf<F>>;
  /** For `instanceof`. */
  readonly prototype: Worker;
}

/** Makes a {@link Worker}. */
export declare const Worker: WorkerConstructor;

/** The worker that code runs in, as that code sees it. */
export interface CurrentWorker {
  /** "MainThread" or "MainProcess" in the main worker. */
  readonly name: string;
  /** Unique in the program. */
  readonly id: number;
  /** Operating-system process id; a thread reports its process's. */
  readonly pid: number;
  /** Whether it is stopped when the program ends, instead of keeping it alive. */
  readonly daemon: boolean;
  /** Whether no worker of Heddle's started it. */
  readonly isMain: boolean;
  /** What workers are here. */
  readonly kind: "thread" | "process";
  /**
   * Aborts when this worker, or the pool task running in it, is cancelled: as any event, in a turn of the event loop, or when
   * {@link isCancelled} is asked. A worker that has asked for its signal stays alive until its target has settled or was cancelled.
   */
  readonly signal: AbortSignal;
  /**
   * Whether this worker, or the pool task running in it, was cancelled, by whatever way: `cancel`, the abort of a signal, a timeout. It is
   * read from shared memory each time, so that it changes within a synchronous loop, too. Once it is true, `signal` has aborted. It costs
   * little: ask as often as you like. Always false in the main worker.
   */
  readonly isCancelled: boolean;
  /**
   * Throws the signal's reason if {@link isCancelled}: what was given to `cancel`, by default an AbortError; a TimeoutError after a
   * timeout. A reason that only `postMessage` can carry may be on its way still: then it is an AbortError.
   */
  throwIfCancelled(): void;
}

/** Whose error an {@link ExceptHook} is told of. */
export interface FailedWorker {
  /** As {@link Worker.name}. */
  readonly name: string;
  /** As {@link Worker.id}. */
  readonly id: number;
  /**
   * Of an error that a finished task of a pool left behind, such as by a timer: the tasks that this worker had run, the last one first,
   * eight at most. Where it is one, it is that one's error.
   */
  readonly leftBy?: readonly string[];
}

/** Called for a worker's uncaught error that nobody awaits. */
export type ExceptHook = (error: unknown, worker: FailedWorker) => void;

/**
 * The worker that this code runs in. Read `signal` where it is needed: for a pool's task it is the task's own. Ask `isCancelled`, or call
 * `throwIfCancelled`, in a loop that does not await: no event reaches it.
 *
 * @example
 * ```ts
 * import { current, isMain, sleep, task, Thread } from "@heddle/node-threads";
 *
 * const count = task(import.meta, function count() {
 *   let n = 0;
 *   while (!current().isCancelled) n++;
 *   return n;
 * });
 *
 * const work = task(import.meta, async function work() {
 *   const { signal } = current();
 *   try {
 *     await sleep(60_000, { signal });
 *     return "done";
 *   } catch (reason) {
 *     return `${current().name} stops: ${reason}`;
 *   }
 * });
 *
 * if (isMain(import.meta)) {
 *   const thread = new Thread(work, { name: "Ada" }).start();
 *   thread.cancel("it is late");
 *   console.log(await thread.result); // Ada stops: it is late
 *   const counter = new Thread(count).start();
 *   await sleep(10);
 *   counter.cancel();
 *   console.log(await counter.result >= 0); // true
 *   console.log(current().name); // MainThread
 * }
 * ```
 */
export declare function current(): CurrentWorker;

/**
 * Workers started by this worker that are still alive, in the order of their start. A pool's own are not among them.
 *
 * @example
 * ```ts
 * import { activeWorkers, inline, Thread } from "@heddle/node-threads";
 *
 * const thread = new Thread(inline(() => {}), { name: "Ada" }).start();
 * console.log(activeWorkers().map(({ name }) => name)); // [ 'Ada' ]
 * await thread.join();
 * console.log(activeWorkers()); // []
 * ```
 */
export declare function activeWorkers(): Worker[];

/**
 * How many workers can run at once on this machine: CPUs available to the process, as far as the runtime knows. At least 1.
 *
 * @example
 * ```ts
 * import { availableParallelism, Pool } from "@heddle/node-threads";
 *
 * const pool = new Pool();
 * try {
 *   console.log(pool.size === availableParallelism()); // true
 * } finally {
 *   await pool.close();
 * }
 * ```
 */
export declare function availableParallelism(): number;

/**
 * Waits for `ms` milliseconds, or longer if the event loop is busy. Keeps the program alive. Rejects with the signal's reason
 * once it aborts; with RangeError for a negative number or NaN; with TypeError for what is no number, no object of options, or a name that
 * is none of them.
 *
 * @example
 * ```ts
 * import { sleep } from "@heddle/node-threads";
 *
 * await sleep(10);
 * const slept = sleep(60_000, { signal: AbortSignal.abort("no time") });
 * console.log(await slept.catch((reason) => reason)); // no time
 * ```
 */
export declare function sleep(ms: number, options?: SleepOptions): Promise<void>;

/**
 * As {@link sleep}, blocking this worker: nothing else happens in it meanwhile, and nothing can end it early. Throws RangeError
 * for a negative number or NaN, TypeError for what is no number.
 *
 * @example
 * ```ts
 * import { sleepSync } from "@heddle/node-threads";
 *
 * sleepSync(10);
 * console.log("10 ms later"); // 10 ms later
 * ```
 */
export declare function sleepSync(ms: number): void;

/**
 * Sets what is called in this worker when a worker that it started fails, by an uncaught error or otherwise, and nobody has asked
 * for its `result`. Default: print name and stack to stderr. Replaces the hook before. Throws TypeError unless it is a function.
 *
 * @example
 * ```ts
 * import { inline, setExceptHook, Thread } from "@heddle/node-threads";
 *
 * setExceptHook((error, worker) => console.log(`${worker.name}: ${error}`)); // Ada: RangeError: too far
 * const fails = inline(() => {
 *   throw new RangeError("too far");
 * });
 * await new Thread(fails, { name: "Ada" }).start().join();
 * ```
 */
export declare function setExceptHook(hook: ExceptHook): void;

/** How to sleep. */
export interface SleepOptions {
  /** Rejects the sleep with `signal.reason` once it aborts. */
  signal?: AbortSignal | undefined;
}
