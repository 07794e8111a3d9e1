/**
 * Processes, locks, queues and pools on Deno, as processes of its own: the whole surface of Heddle, bound to that loom.
 *
 * @module
 */
import { weave } from "@heddle/core";
import type * as contracts from "@heddle/core/contracts";
import { processLoom } from "@heddle/process-host";
import type { PoolConstructor, WorkerConstructor } from "./options.js";
import { denoRuntime } from "./processes/runtime.js";

export * from "@heddle/core/exports";
export type {
  DenoOptions,
  PoolConstructor,
  PoolOptions,
  WorkerArguments,
  WorkerConstructor,
  WorkerOptions,
} from "./options.js";

const surface = weave(processLoom("@heddle/deno/processes", import.meta.url, denoRuntime));

export const {
  activeWorkers,
  adapter,
  asCompleted,
  availableParallelism,
  current,
  inline,
  isMain,
  pipe,
  registerClass,
  setExceptHook,
  sleep,
  sleepSync,
  task,
  tasksFrom,
  transfer,
  usage,
  wait,
  waiting,
  Barrier,
  BoundedSemaphore,
  Condition,
  Connection,
  Event,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  RLock,
  RWLock,
  Semaphore,
  SharedArray,
  TaskGroup,
  Value,
} = surface;

// With the options that only Deno's workers have.
export const Pool = surface.Pool as PoolConstructor;
export const Worker = surface.Worker as WorkerConstructor;

/** A worker under the name that it has here. */
export const Process = Worker;

// The types of these classes, which stand before core's of the same names.
export type Pool = contracts.Pool;
// biome-ignore lint/suspicious/noExplicitAny: as in the contract.
export type Process<A extends readonly unknown[] = any[], R = unknown> = contracts.Worker<A, R>;
// biome-ignore lint/suspicious/noExplicitAny: as in the contract.
export type Worker<A extends readonly unknown[] = any[], R = unknown> = contracts.Worker<A, R>;
