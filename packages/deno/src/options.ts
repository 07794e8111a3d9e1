/** What is Deno's alone among the options of workers and pools. */
import type * as contracts from "@heddle/core/contracts";

/** Options that only Deno's workers have. */
export interface DenoOptions {
  /**
   * What the new worker may do: at most what the worker may that starts it. Default: "inherit", the same. Whatever it is, the
   * worker needs to read its own modules. Deno ends a program that uses this without `--unstable-worker-options`.
   */
  permissions?: Deno.PermissionOptions;
}

/** How a worker is started. */
export interface WorkerOptions<A extends readonly unknown[]> extends contracts.WorkerOptions<A>, DenoOptions {}

/** The options of a worker: `args` may be left out only where the target can be called without arguments. */
export type WorkerArguments<A extends readonly unknown[]> = [] extends A
  ? [options?: WorkerOptions<A>]
  : [
      options: WorkerOptions<A> & {
        /** As in {@link WorkerOptions}. */
        args: A;
      },
    ];

/** Makes workers. */
export interface WorkerConstructor extends contracts.WorkerConstructor {
  /** Makes a worker that is yet to be started. Throws TypeError for what is no task, or no options. */
  new <A extends readonly unknown[], R>(
    target: contracts.Task<A, R>,
    ...options: WorkerArguments<A>
  ): contracts.Worker<A, R>;
}

/** How a pool works. */
export interface PoolOptions extends contracts.PoolOptions, DenoOptions {}

/** Makes pools. */
export interface PoolConstructor extends contracts.PoolConstructor {
  /** As in the contract, with the permissions of its workers. */
  new (options?: PoolOptions): contracts.Pool;
}
