/** The options of workers and pools that are Deno's alone. */
import type * as contracts from "@heddle/core/contracts";

/** Options that only Deno's workers have. */
export interface DenoOptions {
  /**
   * The permissions of the new worker: at most those of the worker that starts it. Default: "inherit", the same. In any case, the worker
   * needs to read its own modules. Deno ends a program that uses this without `--unstable-worker-options`.
   */
  permissions?: Deno.PermissionOptions | undefined;
}

/** How a worker is started. */
export interface WorkerOptions<A extends readonly unknown[]> extends contracts.WorkerOptions<A>, DenoOptions {}

/** The options of a worker: `args` may be left out only where the target can be called without arguments. */
export type WorkerArguments<A extends readonly unknown[]> = [] extends A
  ? [options?: WorkerOptions<A>]
  : [
      options: WorkerOptions<A> & {
        /** As in {@link WorkerOptions}. */
        args: contracts.SendableArguments<A>;
      },
    ];

/** Makes workers. */
export interface WorkerConstructor extends contracts.WorkerConstructor {
  /** Makes a worker that is yet to be started. Throws TypeError for what is no task, or no options. */
  new <F>(
    target: F & contracts.TaskCheck<F>,
    ...options: WorkerArguments<contracts.ArgumentsOf<F>>
  ): contracts.Worker<contracts.ArgumentsOf<F>, contracts.ReturnOf<F>>;
}

/** How a pool works. */
// biome-ignore lint/suspicious/noExplicitAny: options of any pool, with any parameters of their initializer.
export interface PoolOptions<I extends readonly unknown[] = any, F extends readonly unknown[] = any>
  extends contracts.PoolOptions<I, F>,
    DenoOptions {}

/** Makes pools. */
export interface PoolConstructor extends contracts.PoolConstructor {
  /** As in the contract, with the permissions of its workers. */
  new <I extends readonly unknown[] = [], F extends readonly unknown[] = []>(
    options?:
      | (PoolOptions<I, F> & contracts.Needs<"initArgs", I> & contracts.Needs<"finalizerArgs", F>)
      | contracts.Refused<"options are an object: new Pool({ size: 4 })">,
  ): contracts.Pool;
}
