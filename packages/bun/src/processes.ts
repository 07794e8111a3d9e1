/**
 * Processes, locks, queues and pools on Bun: the whole surface of Heddle, bound to that loom.
 *
 * @module
 */
import { weave } from "@heddle/core";
import { thisModule } from "@heddle/node-host";
import { processLoom } from "@heddle/process-host";
import { bunRuntime } from "./processes/runtime.js";

export * from "@heddle/core/exports";

const surface = weave(processLoom("@heddle/bun/processes", thisModule(import.meta.url), bunRuntime));

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
export const Process = surface.Worker;
