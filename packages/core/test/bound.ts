import * as data from "../src/backend/data.js";
import * as locks from "../src/backend/locks.js";
import * as maps from "../src/backend/maps.js";
import * as queues from "../src/backend/queues.js";
import * as sync from "../src/backend/sync.js";
import type { Kernel } from "../src/kernel/kernel.js";

/** The primitives of synchronisation, bound to one kernel. */
export function bindSync(kernel: Kernel) {
  sync.bindStatus(kernel);
  const RLock = locks.bindRLock(kernel);
  return {
    Lock: locks.bindLock(kernel),
    RLock,
    RWLock: locks.bindRWLock(kernel),
    Condition: sync.bindCondition(kernel, RLock),
    Semaphore: sync.bindSemaphore(kernel),
    BoundedSemaphore: sync.bindBoundedSemaphore(kernel),
    Event: sync.bindEvent(kernel),
    Barrier: sync.bindBarrier(kernel),
  };
}

/** Queues and pipes. */
export function bindQueues(kernel: Kernel) {
  return {
    Queue: queues.bindQueue(kernel),
    LifoQueue: queues.bindLifoQueue(kernel),
    PriorityQueue: queues.bindPriorityQueue(kernel),
    ...queues.bindPipes(kernel),
  };
}

/** Shared data. */
export function bindData(kernel: Kernel) {
  return {
    Value: data.bindValue(kernel),
    SharedArray: data.bindSharedArray(kernel),
    SharedMap: maps.bindSharedMap(kernel),
  };
}
