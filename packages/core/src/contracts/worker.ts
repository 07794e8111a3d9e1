import type { ArgumentsOf, Received, ReturnOf, SendableArguments, TaskCheck } from "./received.js";
import type { Task } from "./task.js";
import type { SyncWaitOptions, WaitOptions } from "./wait.js";

/**
 * Memory limits of a worker, in megabytes. A worker that exceeds one ends with WorkerCrashedError. A limit that is not above 0 is a
 * RangeError.
 *
 * @example
 * ```ts
 * import { Pool, type ResourceLimits } from "@heddle/node-threads";
 *
 * const small: ResourceLimits = { maxOldGenerationSizeMb: 64, stackSizeMb: 1 };
 * export const makePool = (): Pool => new Pool({ size: 2, resourceLimits: small });
 * ```
 */
export interface ResourceLimits {
  /** The limit of the heap's main part. Default: the runtime's. */
  maxOldGenerationSizeMb?: number | undefined;
  /** The limit of the heap's part for new objects. Default: the runtime's. */
  maxYoungGenerationSizeMb?: number | undefined;
  /** The size of the stack. Default: the runtime's. */
  stackSizeMb?: number | undefined;
}

/**
 * Options of a worker.
 *
 * @example
 * ```ts
 * import { Thread, task, type WorkerOptions } from "@heddle/node-threads";
 *
 * const roll = task(import.meta, () => Math.random(), { name: "roll" });
 * const options: WorkerOptions<[]> = { name: "dice", daemon: true };
 * export const worker = new Thread(roll, options);
 * ```
 */
export interface WorkerOptions<A extends readonly unknown[]> {
  /** The arguments of the target. They are copied at `start`, as by `structuredClone`; Heddle's own objects are shared. */
  args?: SendableArguments<A> | undefined;
  /** The name of the worker. Default: "Thread-1 (taskName)" or "Process-1", counting from 1 within the program. */
  name?: string | undefined;
  /**
   * Whether the worker is a daemon: the program does not wait for it, and stops it when it ends. Default: that of its creator; false in the
   * main worker.
   */
  daemon?: boolean | undefined;
  /** When it aborts, the target is asked to stop, as by `cancel`. */
  signal?: AbortSignal | undefined;
  /**
   * How long the target may go on after it was cancelled (by `cancel` or by its signal), in milliseconds. Default: 1000. After that the
   * worker is terminated. Infinity: it is never terminated. A worker that is cancelled while it starts has this time to begin its target.
   * The target then has it in full. A target that does not begin in time never does: `result` rejects with the reason.
   */
  grace?: number | undefined;
  /**
   * How long the worker may take to end once its target has settled, in milliseconds: to flush a stream, to close a connection. Default:
   * Infinity, as long as its event loop has something to do. A worker that takes longer is told to end at once; its exit hooks run, as
   * after `process.exit`. If it has not ended within another second, it is killed. The except hook then gets a TimeoutError.
   */
  stopTimeout?: number | undefined;
  /** Environment variables of the new worker. Default: a copy of this worker's. */
  env?: Record<string, string | undefined> | undefined;
  /**
   * Memory limits. A TypeError where the runtime has none: Bun, and threads of Deno. `adapter.capabilities.resourceLimits` tells.
   */
  resourceLimits?: ResourceLimits | undefined;
  /**
   * Node's own options for the new worker, such as `--import` with a loader. Default: this worker's. Threads refuse options that concern
   * the whole process. On other runtimes, a TypeError.
   */
  execArgv?: readonly string[] | undefined;
  /**
   * The elements of `process.argv` after the name of the program in the new worker. Default: this worker's. On other runtimes than Node, a
   * TypeError.
   */
  argv?: readonly string[] | undefined;
}

/** The options of a worker. `args` may be left out only if the target can be called without arguments. */
export type WorkerArguments<A extends readonly unknown[]> = [] extends A
  ? [options?: WorkerOptions<A>]
  : [
      options: WorkerOptions<A> & {
        /** As in {@link WorkerOptions}. */
        args: SendableArguments<A>;
      },
    ];

/**
 * A worker: a thread or a process with its own event loop and heap, started by another worker. The main worker runs the entry module of the
 * program. An adapter also exports the class under its natural name, such as `Thread`.
 *
 * A worker ends once its target has settled and its event loop has nothing left to do.
 *
 * Memory order: everything before `start` happens before the target runs. Everything that the target did happens before `join` returns true
 * and before `result` settles. A join that times out establishes no order.
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
  /** The task that the worker runs. */
  readonly target: Task<A, R>;
  /** The name of the worker. Names need not be unique. */
  readonly name: string;
  /** A number that is unique in the program; undefined before `start`. */
  readonly id: number | undefined;
  /** The process id; undefined before `start`. A thread has that of its process. */
  readonly pid: number | undefined;
  /** Whether the worker is a daemon: the program does not wait for it, and stops it when it ends. */
  readonly daemon: boolean;
  /** Whether the worker has started and has not ended. */
  readonly isAlive: boolean;
  /** The exit code: undefined while the worker is alive, 0 after a normal end, 1 after an uncaught error, -N if signal N killed it. */
  readonly exitCode: number | undefined;
  /**
   * A promise of what the target returns. While it is pending, the worker that read it stays alive, as for `join`, even if the target's
   * worker is a daemon. Once you have read `result`, an error of the target rejects it instead of going to the except hook.
   *
   * @throws The error that the target threw.
   * @throws WorkerCrashedError if the worker ended without an answer.
   * @throws TaskNotFoundError if the worker did not find the target.
   * @throws WorkerStateError before `start`.
   */
  readonly result: Promise<Received<Awaited<R>>>;
  /**
   * Starts the worker.
   *
   * @returns The worker.
   * @throws WorkerStateError if it was started before.
   * @throws SendError if an argument cannot be sent. The worker is not started then, and may be started again.
   */
  start(): this;
  /**
   * Waits until the worker has ended. An error of the target does not reject it. May be called any number of times.
   *
   * @returns true once the worker has ended; false if the timeout passed first.
   * @throws WorkerStateError before `start`.
   * @throws The signal's reason, once the signal aborts.
   */
  join(options?: WaitOptions): Promise<boolean>;
  /**
   * As {@link join}, blocking this worker.
   *
   * @throws WorkerStateError if the worker was terminated and has not ended yet: the call could never return. So for a thread that was
   *   cancelled and does not stop within its grace, once that is over.
   * @throws DeadlockError if the worker waits, blocking too, for something that this worker holds.
   */
  joinSync(options?: SyncWaitOptions): boolean;
  /**
   * Asks the target to stop: `current().signal` aborts there with `reason`, by default an AbortError, and `current().isCancelled` is true
   * at once. If the target has not settled after {@link WorkerOptions.grace}, the worker is stopped as by {@link terminate}. A target that
   * has not begun yet sees it as it begins. Only the first call counts. After the end of the worker the call has no effect. Parts of the
   * reason that cannot be sent are left out. A reason that cannot be sent at all is an Error there that says so.
   *
   * @throws WorkerStateError before `start`.
   */
  cancel(reason?: unknown): void;
  /**
   * Stops the worker now, even in the middle of its work. Locks that it held are abandoned. A pending `result` rejects with
   * WorkerCrashedError. For a loop that the runtime cannot interrupt, `current().isCancelled` is true in the worker.
   *
   * @returns A promise that resolves once the worker has ended.
   * @throws WorkerStateError before `start`.
   */
  terminate(): Promise<void>;
  /** Terminates the worker if it is alive. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** The constructor of workers. */
export interface WorkerConstructor {
  /**
   * Makes a worker; `start` starts it.
   *
   * @throws TypeError if `target` is not a task, or for an unknown option or an option of the wrong type.
   * @throws RangeError for a number out of range.
   */
  new <F>(target: F & TaskCheck<F>, ...options: WorkerArguments<ArgumentsOf<F>>): Worker<ArgumentsOf<F>, ReturnOf<F>>;
  /** For `instanceof`. */
  readonly prototype: Worker;
}

/** Makes a {@link Worker}. */
export declare const Worker: WorkerConstructor;

/**
 * The worker that the calling code runs in.
 *
 * @example
 * ```ts
 * import { type CurrentWorker, current } from "@heddle/node-threads";
 *
 * const label = ({ kind, id, name }: CurrentWorker): string => `${kind} ${id}, ${name}`;
 * export const log = (line: string): void => console.error(`[${label(current())}] ${line}`);
 * ```
 */
export interface CurrentWorker {
  /** Its name: "MainThread" or "MainProcess" in the main worker. */
  readonly name: string;
  /** A number that is unique in the program. */
  readonly id: number;
  /** The process id. A thread has that of its process. */
  readonly pid: number;
  /** Whether the program does not wait for this worker, and stops it when it ends. */
  readonly daemon: boolean;
  /** Whether this is the main worker: no Heddle worker started it. */
  readonly isMain: boolean;
  /** The kind of workers that this adapter has. */
  readonly kind: "thread" | "process";
  /**
   * Aborts when this worker, or the pool task that runs in it, is cancelled. Its event comes in a turn of the event loop, or when {@link
   * isCancelled} is read. A worker that has read its signal stays alive until its target has settled or was cancelled.
   */
  readonly signal: AbortSignal;
  /**
   * Whether this worker, or the pool task that runs in it, was cancelled: by `cancel`, by the abort of a signal or by a timeout. It is read
   * from shared memory each time, so that it changes within a synchronous loop too. Once it is true, `signal` has aborted. Reading it is
   * cheap. Always false in the main worker.
   */
  readonly isCancelled: boolean;
  /**
   * Does nothing unless {@link isCancelled}.
   *
   * @throws The reason of the signal: the argument of `cancel`, by default an AbortError; after a timeout a TimeoutError. If the reason can
   *   only be posted and has not arrived yet, an AbortError.
   */
  throwIfCancelled(): void;
}

/** The worker whose error an {@link ExceptHook} gets. */
export interface FailedWorker {
  /** As {@link Worker.name}. */
  readonly name: string;
  /** As {@link Worker.id}. */
  readonly id: number;
  /**
   * The name of the pool's task that had finished and left the error behind, such as by a timer. Where the runtime cannot tell which it is
   * (see {@link WorkerCrashedError.leftBy}), the tasks that this worker had run, the last one first, eight at most.
   */
  readonly leftBy?: readonly string[];
}

/**
 * A function that is called with an uncaught error of a worker, if nobody awaits the worker's result.
 *
 * @example
 * ```ts
 * import { type ExceptHook, setExceptHook } from "@heddle/node-threads";
 *
 * const report: ExceptHook = (error, { name, leftBy = [] }) => {
 *   console.error(`${name} failed`, ...leftBy, error);
 * };
 * setExceptHook(report);
 * ```
 */
export type ExceptHook = (error: unknown, worker: FailedWorker) => void;

/**
 * The worker that the calling code runs in. Read `signal` where it is needed: a pool task has its own. In a loop that never awaits, read
 * `isCancelled` or call `throwIfCancelled`: events do not arrive there.
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
 *   const thread = new Thread(work, { name: "Ada", grace: 10_000 }).start();
 *   thread.cancel("it is late");
 *   console.log(await thread.result); // Ada stops: it is late
 *   const counter = new Thread(count, { grace: 10_000 }).start();
 *   await sleep(10);
 *   counter.cancel();
 *   console.log(await counter.result >= 0); // true
 *   console.log(current().name); // MainThread
 * }
 * ```
 */
export declare function current(): CurrentWorker;

/**
 * Returns the workers that this worker has started and that are alive, in the order of their start. Workers of pools are not included.
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
 * Returns the number of processors that this process may use, as far as the runtime knows, and at least 1. A pool has as many workers by
 * default.
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
 * Waits for `ms` milliseconds, or longer if the event loop is busy. Keeps the program alive.
 *
 * @throws RangeError for a negative number or NaN.
 * @throws TypeError if `ms` is not a number, or for an unknown option or an option of the wrong type.
 * @throws The signal's reason, once the signal aborts.
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
 * As {@link sleep}, blocking this worker. Nothing can end it early. `sleepSync(0)` gives up the processor, as Python's `time.sleep(0)` does, so
 * that other workers run. It takes about as long as the system needs to put a thread to sleep and wake it, some 60 µs on Linux.
 *
 * @throws RangeError for a negative number or NaN.
 * @throws TypeError if `ms` is not a number.
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
 * Sets the function that is called in this worker when a worker that it started fails and nobody has read its `result`. It replaces the
 * previous one. Default: the name and the stack are printed to stderr.
 *
 * @throws TypeError if `hook` is not a function.
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

/**
 * Options of {@link sleep}.
 *
 * @example
 * ```ts
 * import { current, type SleepOptions, sleep } from "@heddle/node-threads";
 *
 * const options: SleepOptions = { signal: current().signal };
 * await sleep(10, options);
 * ```
 */
export interface SleepOptions {
  /** When it aborts, the sleep rejects with `signal.reason`. */
  signal?: AbortSignal | undefined;
}
