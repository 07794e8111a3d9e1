/**
 * Processes, locks, queues and pools on Node's cluster: the whole surface of Heddle, bound to that loom.
 *
 * @module
 */

import { weave } from "@heddle/core";
import { thisModule } from "@heddle/node-host";
import { processLoom } from "@heddle/process-host";
import { forkInCluster } from "./fork-in-cluster.js";
import { liveOnlyToListen } from "./listening.js";
import { nodeRuntime } from "./runtime.js";

export * from "@heddle/core/exports";

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
