/**
 * Threads, locks, queues and pools on Deno's own workers: the whole surface of Heddle, bound to that loom.
 *
 * @module
 */
import { weave } from "@heddle/core";
import type * as contracts from "@heddle/core/contracts";
import { adapter as loom } from "./adapter.js";
import type { PoolConstructor, WorkerConstructor } from "./options.js";

export * from "@heddle/core/exports";
export type {
  DenoOptions,
  PoolConstructor,
  PoolOptions,
  WorkerArguments,
  WorkerConstructor,
  WorkerOptions,
} from "./options.js";

const surface = weave(loom);

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
export const Thread = Worker;

// The types of these classes, which stand before core's of the same names.
export type Pool = contracts.Pool;
// biome-ignore lint/suspicious/noExplicitAny: as in the contract.
export type Thread<A extends readonly unknown[] = any[], R = unknown> = contracts.Worker<A, R>;
// biome-ignore lint/suspicious/noExplicitAny: as in the contract.
export type Worker<A extends readonly unknown[] = any[], R = unknown> = contracts.Worker<A, R>;
