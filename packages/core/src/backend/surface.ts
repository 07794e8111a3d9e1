/**
 * Each name of the surface, as a function of the backend that it is bound to: for the module of an adapter that exports them. Such a module
 * has a line a name, marked as pure, so that a bundler leaves out what a program does not import.
 *
 * @module
 */
export { type Backend, bindingsOf } from "./bindings.js";
export { callback } from "./callbacks.js";
export { SharedArray, Value } from "./data.js";
export { inline } from "./inline-task.js";
export { Lock, RLock, RWLock } from "./locks.js";
export { SharedMap } from "./maps.js";
export { registerClass, transfer } from "./messages.js";
export { Connection, LifoQueue, PriorityQueue, pipe, Queue } from "./queues.js";
export { Barrier, BoundedSemaphore, Condition, Event, Semaphore } from "./sync.js";
export {
  activeWorkers,
  adapter,
  asCompleted,
  availableParallelism,
  current,
  isMain,
  Pool,
  setExceptHook,
  sleep,
  sleepSync,
  TaskGroup,
  task,
  tasksFrom,
  usage,
  Worker,
  wait,
  waiting,
} from "./workers.js";
