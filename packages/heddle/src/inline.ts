/**
 * Heddle without threads or processes, for unit tests: the whole surface in this thread. What is sent is copied as in production, and what
 * cannot be sent is refused; a wait that would block for ever throws a DeadlockError.
 *
 * @module
 */
import { weaveInline } from "@heddle/core";
import { asyncContext, keepAlive, nodeHost, setImmediate } from "@heddle/node-host";

export * from "@heddle/core/exports";

const surface = weaveInline({
  name: "heddle/inline",
  url: import.meta.url,
  host: nodeHost,
  keepAlive: keepAlive(),
  context: asyncContext(),
  later: setImmediate,
});

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

/** As {@link Thread}, for programs that are written for processes. */
export const Process = surface.Worker;
