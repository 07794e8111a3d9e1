/**
 * Tasks, and what starts workers: made together, as each part knows the others. A program that starts workers, and every worker, has all
 * primitives, too: others may send them.
 */

import type { Adapter } from "../contracts/adapter.js";
import type { PoolConstructor } from "../contracts/pool.js";
import type { PoolOptions } from "../contracts/pool-options.js";
import type * as queue from "../contracts/queue.js";
import type { Surface } from "../contracts/surface.js";
import type { Task } from "../contracts/task.js";
import type { ExceptHook, FailedWorker, WorkerArguments, WorkerConstructor } from "../contracts/worker.js";
import { typeError } from "../contracts/wrong-use.js";
import { describe } from "../kernel/arguments.js";
import { report } from "../kernel/message/index.js";
import { nameTraces } from "../kernel/trace.js";
import { Future } from "../pool/call.js";
import { GeneratorStream } from "../pool/generator-stream.js";
import * as pool from "../pool/pool.js";
import { Stream } from "../pool/stream.js";
import * as groups from "../pool/task-group.js";
import * as futures from "../pool/waiting.js";
import { Current } from "../worker/current.js";
import type { Services } from "../worker/services.js";
import * as worker from "../worker/worker.js";
import { type Backend, type Bindings, exportedAs } from "./bindings.js";
import { SharedArray, Value } from "./data.js";
import { Lock, RLock, RWLock } from "./locks.js";
import { Connection, LifoQueue, PriorityQueue, Queue } from "./queues.js";
import { runAsWorker } from "./run-as-worker.js";
import { Barrier, BoundedSemaphore, bindStatus, Condition, Event, Semaphore } from "./sync.js";
import { bindIsMain, bindTask, bindTasks, EVALUATION, type MainGuard } from "./tasks.js";
import { isWithoutGuard, refuseServers, refuseStarts } from "./without-guard.js";

// Here, so that they are in one file with the rest: each file costs a worker time as it starts.
export * from "./runtime.js";

export const task = (backend: Backend<Adapter>): Surface["task"] => backend.get("task", (own) => workers(own).task);

export const tasksFrom = (backend: Backend<Adapter>): Surface["tasksFrom"] =>
  backend.get("tasksFrom", (own) => {
    const { tasks } = workers(own).services;
    return (module: URL | string) => tasks.tasksFrom(module);
  });

export const isMain = (backend: Backend<Adapter>): Surface["isMain"] =>
  backend.get("isMain", (own) => workers(own).isMain);

export const current = (backend: Backend<Adapter>): Surface["current"] =>
  backend.get("current", (own) => {
    const { current: one } = workers(own).services;
    return () => one.info;
  });

export const activeWorkers = (backend: Backend<Adapter>): Surface["activeWorkers"] =>
  backend.get("activeWorkers", (own) => {
    const { active } = workers(own).services;
    // One that a blocking join saw the end of is still in the set: the event loop has not heard of it yet.
    return () => [...active].filter(({ isAlive }) => isAlive);
  });

export const setExceptHook = (backend: Backend<Adapter>): Surface["setExceptHook"] =>
  backend.get("setExceptHook", (own) => workers(own).setExceptHook);

export const Worker = (backend: Backend<Adapter>): WorkerConstructor =>
  backend.get("Worker", (own) => workers(own).Worker);

export const Pool = (backend: Backend<Adapter>): PoolConstructor => backend.get("Pool", (own) => workers(own).Pool);

export const TaskGroup = (backend: Backend<Adapter>): Surface["TaskGroup"] =>
  backend.get("TaskGroup", (own) => workers(own).TaskGroup);

export const wait = (backend: Backend<Adapter>): Surface["wait"] => backend.get("wait", (own) => workers(own).wait);

export const asCompleted = (backend: Backend<Adapter>): Surface["asCompleted"] =>
  backend.get("asCompleted", (own) => workers(own).asCompleted);

/** All of this as one: in a worker that Heddle started, it also sees to the worker's job. */
export const workers = (own: Bindings<Adapter>) => own.get("workers", bindWorkers);

function bindWorkers(own: Bindings<Adapter>) {
  const { adapter, kernel, boot } = own;
  kernel.isBundled = boot === undefined ? adapter.host.isEntry(adapter.url) : boot.isBundled;
  kernel.hasTasksInEntry = boot?.hasTasksInEntry ?? false;
  bindAll(own);
  bindStatus(kernel);
  const guard: MainGuard = { isMissing: boot !== undefined && (boot.isBundled || boot.hasTasksInEntry) };
  const tasks = bindTasks(own);
  const name = boot?.name ?? `Main${adapter.capabilities.workerName}`;
  if (adapter.capabilities.parallel) nameTraces(name, kernel.id);
  let exceptHook: ExceptHook = (error, from) => adapter.host.reportError(describeUncaught(error, from));
  const StreamedQueue = Queue(own);
  const services: Services = {
    kernel,
    adapter,
    tasks,
    current: new Current(kernel, adapter, name, boot?.daemon ?? false, boot === undefined),
    makeQueue: <T>(maxSize: number) => new StreamedQueue(maxSize) as queue.Queue<T>,
    active: new Set(),
    atIdle: new Set(),
    reportUncaught: (error, from) => {
      // The program has done what it should, perhaps, but with workers that were running it a second time.
      if (isWithoutGuard(error)) adapter.host.setExitCode(1);
      exceptHook(error, from);
    },
  };
  kernel.reportUncaught = (error) => services.reportUncaught(error, services.current.info);
  adapter.host.onIdle(() => {
    for (const hook of services.atIdle) hook();
  });
  if (adapter.creator !== undefined && boot !== undefined) {
    refuseStarts(services, guard);
    refuseServers(services, guard);
    runAsWorker(services, adapter.creator, boot);
    // From here on the rest of a bundle is evaluated, its main module too. All that follows from it is known by its context.
    if (boot.isBundled) adapter.context.enter(EVALUATION);
  }
  for (const bound of [worker.Worker, pool.Pool, Future, Stream, GeneratorStream, groups.TaskGroup]) bound.prepare();
  return {
    services,
    task: bindTask(own, tasks, guard),
    isMain: bindIsMain(own, services.current, guard),
    setExceptHook(hook: ExceptHook): void {
      if (typeof hook !== "function") throw typeError(`setExceptHook needs a function, not ${typeof hook}`);
      exceptHook = hook;
    },
    Worker: exportedAs(adapter.capabilities.workerName, bindWorker(services)),
    Pool: exportedAs("Pool", bindPool(services)),
    TaskGroup: exportedAs("TaskGroup", groups.TaskGroup),
    wait: futures.wait,
    asCompleted: futures.asCompleted,
  };
}

/** Binds all primitives: a worker that shares its memory with others may be sent any. */
function bindAll(own: Bindings<Adapter>): void {
  const all = [
    ...[Lock, RLock, RWLock, Condition, Semaphore, BoundedSemaphore, Event, Barrier],
    ...[Value, SharedArray, Queue, LifoQueue, PriorityQueue, Connection],
  ];
  for (const bind of all) bind(own);
}

function bindWorker(services: Services): WorkerConstructor {
  // biome-ignore lint/suspicious/noExplicitAny: as in the contract.
  const bound = class<A extends readonly unknown[] = any[], R = unknown> extends worker.Worker<A, R> {
    constructor(target: Task<A, R>, ...[options]: WorkerArguments<A>) {
      super(services, target, options);
    }
  };
  return bound as WorkerConstructor;
}

function bindPool(services: Services): PoolConstructor {
  const bound = class extends pool.Pool {
    constructor(options?: PoolOptions) {
      super(services, options);
    }

    static async use<T>(options: PoolOptions, act: (pool: pool.Pool) => T): Promise<Awaited<T>> {
      if (typeof act !== "function") throw typeError(`Pool.use needs a function of the pool, not ${describe(act)}`);
      const made = new this(options);
      try {
        return await act(made);
      } finally {
        await made.close();
      }
    }
  };
  return bound as PoolConstructor;
}

function describeUncaught(error: unknown, { name, leftBy = [] }: FailedWorker): string {
  const [task, ...others] = leftBy;
  const by = others.length > 0 ? `one of the tasks that it had run (${leftBy.join(", ")})` : `its task ${task}`;
  const left = task === undefined ? "" : `, left behind by ${by}`;
  return `Uncaught error in ${name}${left}:\n${report(error)}`;
}
