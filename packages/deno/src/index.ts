/**
 * Threads, locks, queues and pools on Deno's own workers: the whole surface of Heddle, bound to that backend.
 *
 * @module
 */

import type * as contracts from "@heddle/core/contracts";
import * as surface from "./backend.js?surface";
import type { PoolConstructor, WorkerConstructor } from "./options.js";

export * from "@heddle/core/exports";
export * from "./backend.js?surface";
export type {
  DenoOptions,
  PoolConstructor,
  PoolOptions,
  WorkerArguments,
  WorkerConstructor,
  WorkerOptions,
} from "./options.js";

/**
 * A pool of threads, as every adapter has it, with the options that only Deno's workers have.
 *
 * @example
 * ```ts
 * import { inline, Pool } from "@heddle/deno";
 *
 * const pool = new Pool({ size: 2 });
 * console.log(await pool.run(inline((n: number) => n * n), 7)); // 49
 * await pool.close();
 * ```
 */
export const Pool = surface.Pool as PoolConstructor;

/**
 * One thread, as every adapter has it, with the options that only Deno's workers have.
 *
 * @example
 * ```ts
 * import { inline, Thread } from "@heddle/deno";
 *
 * const worker = new Thread(inline((n: number) => n * n), { args: [7] });
 * console.log(await worker.start().result); // 49
 * ```
 */
export const Worker = surface.Worker as WorkerConstructor;

/**
 * `Thread` is this adapter's `Worker` class.
 *
 * @example
 * ```ts
 * import { inline, Thread } from "@heddle/deno";
 *
 * const worker = new Thread(inline((n: number) => n * n), { args: [7], permissions: "inherit" });
 * console.log(await worker.start().result); // 49
 * ```
 */
export const Thread = Worker;

// The types of these classes, which stand before core's of the same names.
export type Pool = contracts.Pool;
// biome-ignore lint/suspicious/noExplicitAny: as in the contract.
export type Thread<A extends readonly unknown[] = any[], R = unknown> = contracts.Worker<A, R>;
// biome-ignore lint/suspicious/noExplicitAny: as in the contract.
export type Worker<A extends readonly unknown[] = any[], R = unknown> = contracts.Worker<A, R>;
