/**
 * The one list of the names that are bound to an adapter. They are declared with the types of the same names, so that a type has one name
 * for the compiler wherever it is exported. The modules that export the objects are written from this file (scripts/surface.mjs).
 */
export { Barrier } from "./barrier.js";
export { callback } from "./callback.js";
export { registerClass } from "./classes.js";
export { asCompleted, wait } from "./future.js";
export { Lock, RLock, RWLock } from "./locks.js";
export { Connection, pipe } from "./pipe.js";
export { Pool } from "./pool.js";
export { LifoQueue, PriorityQueue, Queue } from "./queue.js";
export { SharedArray, Value } from "./shared.js";
export { SharedMap } from "./shared-map.js";
export { adapter, usage, waiting } from "./surface.js";
export { BoundedSemaphore, Condition, Event, Semaphore } from "./sync.js";
export { inline, isMain, task, tasksFrom, transfer } from "./task.js";
export { TaskGroup } from "./task-group.js";
export { activeWorkers, availableParallelism, current, setExceptHook, sleep, sleepSync, Worker } from "./worker.js";
