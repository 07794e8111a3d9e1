import type { Adapter } from "../contracts/adapter.js";
import type { Surface } from "../contracts/surface.js";
import { bindingsOf } from "./bindings.js";
import * as to from "./surface.js";

/**
 * The whole public surface, bound to one adapter. In a worker that Heddle started, it also sees to the worker's job: once
 * the adapter's module, or the bundle that it is part of, has been evaluated.
 */
export function weave(adapter: Adapter): Surface {
  const loom = bindingsOf(adapter);
  // One by one: to walk through a module's names, a bundler has to take in all of them wherever it takes in one.
  return {
    activeWorkers: to.activeWorkers(loom),
    adapter: to.adapter(loom),
    asCompleted: to.asCompleted(loom),
    availableParallelism: to.availableParallelism(loom),
    current: to.current(loom),
    inline: to.inline(loom),
    isMain: to.isMain(loom),
    pipe: to.pipe(loom),
    registerClass: to.registerClass(loom),
    setExceptHook: to.setExceptHook(loom),
    sleep: to.sleep(loom),
    sleepSync: to.sleepSync(loom),
    task: to.task(loom),
    tasksFrom: to.tasksFrom(loom),
    transfer: to.transfer(loom),
    usage: to.usage(loom),
    wait: to.wait(loom),
    waiting: to.waiting(loom),
    Barrier: to.Barrier(loom),
    BoundedSemaphore: to.BoundedSemaphore(loom),
    Condition: to.Condition(loom),
    Connection: to.Connection(loom),
    Event: to.Event(loom),
    LifoQueue: to.LifoQueue(loom),
    Lock: to.Lock(loom),
    Pool: to.Pool(loom),
    PriorityQueue: to.PriorityQueue(loom),
    Queue: to.Queue(loom),
    RLock: to.RLock(loom),
    RWLock: to.RWLock(loom),
    Semaphore: to.Semaphore(loom),
    SharedArray: to.SharedArray(loom),
    TaskGroup: to.TaskGroup(loom),
    Value: to.Value(loom),
    Worker: to.Worker(loom),
  };
}
