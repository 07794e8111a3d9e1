/**
 * Processes, locks, queues and pools on Node's child_process: the whole surface of Heddle, bound to that loom.
 *
 * @module
 */
import { fork } from "node:child_process";
import { weave } from "@heddle/core";
import { thisModule } from "@heddle/node-host";
import { processLoom } from "@heddle/process-host";
import { nodeRuntime } from "./runtime.js";

export * from "@heddle/core/exports";

const surface = weave(processLoom("@heddle/node-processes", thisModule(import.meta.url), nodeRuntime(fork)));

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
