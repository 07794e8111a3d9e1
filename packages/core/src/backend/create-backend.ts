import type { Adapter } from "../contracts/adapter.js";
import type { Surface } from "../contracts/surface.js";
import { bindingsOf } from "./bindings.js";
import * as to from "./surface.js";

/**
 * The whole public surface, bound to one adapter. In a worker that Heddle started, it also starts the worker's job, once the adapter's
 * module, or its bundle, has been evaluated.
 */
export function createBackend(adapter: Adapter): Surface {
  const backend = bindingsOf(adapter);
  // One by one: to walk through a module's names, a bundler has to take in all of them wherever it takes in one.
  return {
    activeWorkers: to.activeWorkers(backend),
    adapter: to.adapter(backend),
    asCompleted: to.asCompleted(backend),
    availableParallelism: to.availableParallelism(backend),
    callback: to.callback(backend),
    current: to.current(backend),
    inline: to.inline(backend),
    isMain: to.isMain(backend),
    pipe: to.pipe(backend),
    registerClass: to.registerClass(backend),
    setExceptHook: to.setExceptHook(backend),
    sleep: to.sleep(backend),
    sleepSync: to.sleepSync(backend),
    task: to.task(backend),
    tasksFrom: to.tasksFrom(backend),
    transfer: to.transfer(backend),
    usage: to.usage(backend),
    wait: to.wait(backend),
    waiting: to.waiting(backend),
    Barrier: to.Barrier(backend),
    BoundedSemaphore: to.BoundedSemaphore(backend),
    Condition: to.Condition(backend),
    Connection: to.Connection(backend),
    Event: to.Event(backend),
    LifoQueue: to.LifoQueue(backend),
    Lock: to.Lock(backend),
    Pool: to.Pool(backend),
    PriorityQueue: to.PriorityQueue(backend),
    Queue: to.Queue(backend),
    RLock: to.RLock(backend),
    RWLock: to.RWLock(backend),
    Semaphore: to.Semaphore(backend),
    SharedArray: to.SharedArray(backend),
    SharedMap: to.SharedMap(backend),
    TaskGroup: to.TaskGroup(backend),
    Value: to.Value(backend),
    Worker: to.Worker(backend),
  };
}
