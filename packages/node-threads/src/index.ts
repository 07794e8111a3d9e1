/**
 * Threads, locks, queues and pools on Node's worker_threads: the whole surface of Heddle, bound to that loom.
 *
 * @module
 */
import { weave } from "@heddle/core";
import { adapter as loom } from "./adapter.js";

export * from "@heddle/core/exports";

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
export const Thread = surface.Worker;
