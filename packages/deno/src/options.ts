/** The options of workers and pools that are Deno's alone. */
import type * as contracts from "@heddle/core/contracts";

/**
 * Options that only Deno's workers have.
 *
 * @example
 * ```ts
 * import { type DenoOptions, type Pool, Pool as Threads } from "@heddle/deno";
 *
 * const confined: DenoOptions = { permissions: { net: false, write: false, read: true } };
 * export const makePool = (): Pool => new Threads({ size: 2, ...confined });
 * ```
 */
export interface DenoOptions {
  /**
   * The permissions of the new worker: at most those of the worker that starts it. Default: "inherit", the same. In any case, the worker
   * needs to read its own modules. Deno ends a program that uses this without `--unstable-worker-options`.
   */
  permissions?: Deno.PermissionOptions | undefined;
}

/**
 * How a worker is started.
 *
 * @example
 * ```ts
 * import { inline, Thread, type WorkerOptions } from "@heddle/deno";
 *
 * const options: WorkerOptions<[]> = { name: "dice", permissions: "none" };
 * export const worker = new Thread(inline(() => Math.random()), options);
 * ```
 */
export interface WorkerOptions<A extends readonly unknown[]> extends contracts.WorkerOptions<A>, DenoOptions {}

/**
 * The options of a worker: `args` may be left out only where the target can be called without arguments.
 *
 * @example
 * ```ts
 * import { inline, Thread, type WorkerArguments } from "@heddle/deno";
 *
 * const square = inline((n: number) => n * n);
 * export const workerOf = (...given: WorkerArguments<[n: number]>) => new Thread(square, ...given);
 * ```
 */
export type WorkerArguments<A extends readonly unknown[]> = [] extends A
  ? [options?: WorkerOptions<A>]
  : [
      options: WorkerOptions<A> & {
        /** As in {@link WorkerOptions}. */
        args: contracts.SendableArguments<A>;
      },
    ];

/**
 * Makes workers.
 *
 * @example
 * ```ts
 * import { inline, Thread, type WorkerConstructor } from "@heddle/deno";
 *
 * const workerIn = (kind: WorkerConstructor) => new kind(inline((n: number) => n * n), { args: [7] });
 * export const worker = workerIn(Thread);
 * ```
 */
export interface WorkerConstructor extends contracts.WorkerConstructor {
  /** Makes a worker that is yet to be started. Throws TypeError for what is no task, or no options. */
  new <F>(
    target: F & contracts.TaskCheck<F>,
    ...options: WorkerArguments<contracts.ArgumentsOf<F>>
  ): contracts.Worker<contracts.ArgumentsOf<F>, contracts.ReturnOf<F>>;
}

/**
 * How a pool works.
 *
 * @example
 * ```ts
 * import { Pool, type PoolOptions } from "@heddle/deno";
 *
 * const options: PoolOptions<[], []> = { size: 2, permissions: { net: ["api.example"] } };
 * export const makePool = (): Pool => new Pool(options);
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: options of any pool, with any parameters of their initializer.
export interface PoolOptions<I extends readonly unknown[] = any, F extends readonly unknown[] = any>
  extends contracts.PoolOptions<I, F>,
    DenoOptions {}

/**
 * Makes pools.
 *
 * @example
 * ```ts
 * import { Pool, type PoolConstructor } from "@heddle/deno";
 *
 * const poolOf = (kind: PoolConstructor) => new kind({ size: 2, permissions: "inherit" });
 * export const makePool = (): Pool => poolOf(Pool);
 * ```
 */
export interface PoolConstructor extends contracts.PoolConstructor {
  /** As in the contract, with the permissions of its workers. */
  new <I extends readonly unknown[] = [], F extends readonly unknown[] = []>(
    options?:
      | (PoolOptions<I, F> & contracts.Needs<"initArgs", I> & contracts.Needs<"finalizerArgs", F>)
      | contracts.Refused<"options are an object: new Pool({ size: 4 })">,
  ): contracts.Pool;
}
