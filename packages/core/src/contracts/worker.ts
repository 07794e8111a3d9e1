import type { Task } from "./task.js";
import type { WaitOptions } from "./wait.js";

export interface ResourceLimits {
  maxOldGenerationSizeMb?: number;
  maxYoungGenerationSizeMb?: number;
  stackSizeMb?: number;
}

export interface WorkerOptions<A extends readonly unknown[]> {
  /** What the target is called with; copied as by structured clone, Heddle's own objects as handles. */
  args?: A;
  /** Default: "Thread-1 (taskName)" or "Process-1", counting from 1 within the program. */
  name?: string;
  /** A daemon does not keep the program alive and is stopped when it ends. Default false; inherited from the creator. */
  daemon?: boolean;
  /** Asks the target to stop, as `cancel` does, once it aborts. */
  signal?: AbortSignal;
  /** Environment variables for the new worker. Default: a copy of this worker's. */
  env?: Record<string, string | undefined>;
  /** Memory limits where the runtime has them. */
  resourceLimits?: ResourceLimits;
}

/** The options of a worker: `args` may be left out only where the target can be called without arguments. */
export type WorkerArguments<A extends readonly unknown[]> = [] extends A
  ? [options?: WorkerOptions<A>]
  : [options: WorkerOptions<A> & { args: A }];

/**
 * A worker: one thread of execution with its own event loop and heap, started by another worker. The one that runs the
 * program's entry module is the main worker.
 *
 * It ends once its target has settled and its event loop has nothing left to do.
 */
// biome-ignore lint/suspicious/noExplicitAny: as for Task, the default from which every argument list can be inferred.
export interface Worker<A extends readonly unknown[] = any[], R = unknown> extends AsyncDisposable {
  /** The task that it runs. */
  readonly target: Task<A, R>;
  readonly name: string;
  /** Unique in the program; undefined before start. */
  readonly id: number | undefined;
  /** Operating-system process id, undefined before start; a thread reports its process's. */
  readonly pid: number | undefined;
  readonly daemon: boolean;
  readonly isAlive: boolean;
  /** undefined while alive; 0 after a normal end; 1 after an uncaught error; -N when signal N killed it. */
  readonly exitCode: number | undefined;
  /**
   * What the target returned, or the error it threw. Rejects with WorkerCrashedError if the worker ended without an
   * answer, with TaskNotFoundError if it did not find the target. Asking for it makes its failure yours to handle;
   * an error that nobody asked for goes to the except hook.
   */
  readonly result: Promise<Awaited<R>>;
  /** Starts the worker. Throws WorkerStateError when started twice, SendError if an argument cannot be sent. */
  start(): this;
  /**
   * true once the worker has ended, false if the timeout passed first. Never rejects because of the target's error.
   * Throws WorkerStateError before start and from within the worker itself.
   */
  join(options?: WaitOptions): Promise<boolean>;
  joinSync(options?: { timeout?: number }): boolean;
  /** Asks the target to stop: its `current().signal` aborts with `reason`. */
  cancel(reason?: unknown): void;
  /** Stops the worker now. Locks that it held become abandoned. Resolves once it has ended. */
  terminate(): Promise<void>;
  /** Terminates if still alive. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface WorkerConstructor {
  new <A extends readonly unknown[], R>(target: Task<A, R>, ...options: WorkerArguments<A>): Worker<A, R>;
  readonly prototype: Worker;
}

export interface CurrentWorker {
  readonly name: string;
  readonly id: number;
  readonly pid: number;
  readonly daemon: boolean;
  readonly isMain: boolean;
  readonly kind: "thread" | "process";
  /** Aborts when this worker, or the pool task running in it, is cancelled. */
  readonly signal: AbortSignal;
}

/** Called for a worker's uncaught error that nobody awaits. */
export type ExceptHook = (error: unknown, worker: { readonly name: string; readonly id: number }) => void;
