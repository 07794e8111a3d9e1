/**
 * Processes, locks, queues and pools on Node's cluster: the whole surface of Heddle, bound to that loom.
 *
 * @module
 */

import { weave } from "@heddle/core";
import type * as contracts from "@heddle/core/contracts";
import { thisModule } from "@heddle/node-host";
import { processLoom } from "@heddle/process-host";
import { forkInCluster } from "./fork-in-cluster.js";
import { liveOnlyToListen } from "./listening.js";
import { nodeRuntime } from "./runtime.js";

export * from "@heddle/core/contracts";

const loom = processLoom("@heddle/node-processes/cluster", thisModule(import.meta.url), nodeRuntime(forkInCluster));
if (loom.creator !== undefined) liveOnlyToListen();
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
  Pool,
  PriorityQueue,
  Queue,
  RLock,
  RWLock,
  Semaphore,
  SharedArray,
  TaskGroup,
  Value,
  Worker,
} = surface;

/** A worker under the name that it has here. */
export const Process = surface.Worker;

// The types of the classes above: a name exported here stands before the same name among the contracts.
export type Barrier = contracts.Barrier;
export type BoundedSemaphore = contracts.BoundedSemaphore;
export type Condition = contracts.Condition;
export type Connection<T = unknown> = contracts.Connection<T>;
export type Event = contracts.Event;
export type LifoQueue<T = unknown> = contracts.LifoQueue<T>;
export type Lock = contracts.Lock;
export type Pool = contracts.Pool;
export type PriorityQueue<T = unknown> = contracts.PriorityQueue<T>;
export type Queue<T = unknown> = contracts.Queue<T>;
export type RLock = contracts.RLock;
export type RWLock = contracts.RWLock;
export type Semaphore = contracts.Semaphore;
export type SharedArray<K extends contracts.ScalarType = "f64"> = contracts.SharedArray<K>;
export type TaskGroup = contracts.TaskGroup;
// biome-ignore lint/suspicious/noExplicitAny: as in the contract.
export type Process<A extends readonly unknown[] = any[], R = unknown> = contracts.Worker<A, R>;
export type Value<K extends contracts.ScalarType = "f64"> = contracts.Value<K>;
// biome-ignore lint/suspicious/noExplicitAny: as in the contract.
export type Worker<A extends readonly unknown[] = any[], R = unknown> = contracts.Worker<A, R>;
