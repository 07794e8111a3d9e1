/**
 * Processes, locks, queues and pools on Deno, as processes of its own: the whole surface of Heddle, bound to that backend.
 *
 * @module
 */

import type * as contracts from "@heddle/core/contracts";
import type { PoolConstructor, WorkerConstructor } from "./options.js";
import * as surface from "./processes/backend.js?surface";

export * from "@heddle/core/exports";
export type {
  DenoOptions,
  PoolConstructor,
  PoolOptions,
  WorkerArguments,
  WorkerConstructor,
  WorkerOptions,
} from "./options.js";
export * from "./processes/backend.js?surface";

/**
 * A pool of processes, as every adapter has it, with the options that only Deno's workers have.
 *
 * @example
 * ```ts
 * import { inline, Pool } from "@heddle/deno/processes";
 *
 * const pool = new Pool({ size: 2 });
 * console.log(await pool.run(inline((n: number) => n * n), 7)); // 49
 * await pool.close();
 * ```
 */
export const Pool = surface.Pool as PoolConstructor;

/**
 * One process, as every adapter has it, with the options that only Deno's workers have.
 *
 * @example
 * ```ts
 * import { inline, Process } from "@heddle/deno/processes";
 *
 * const worker = new Process(inline((n: number) => n * n), { args: [7] });
 * console.log(await worker.start().result); // 49
 * ```
 */
export const Worker = surface.Worker as WorkerConstructor;

/**
 * `Process` is this adapter's `Worker` class.
 *
 * @example
 * ```ts
 * import { inline, Process } from "@heddle/deno/processes";
 *
 * const worker = new Process(inline((n: number) => n * n), { args: [7], permissions: "inherit" });
 * console.log(await worker.start().result); // 49
 * ```
 */
export const Process = Worker;

// The types of these classes, which stand before core's of the same names.
export type Pool = contracts.Pool;
// biome-ignore lint/suspicious/noExplicitAny: as in the contract.
export type Process<A extends readonly unknown[] = any[], R = unknown> = contracts.Worker<A, R>;
// biome-ignore lint/suspicious/noExplicitAny: as in the contract.
export type Worker<A extends readonly unknown[] = any[], R = unknown> = contracts.Worker<A, R>;
