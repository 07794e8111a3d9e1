/**
 * Tasks, and what starts workers: made together, as each part knows the others. A program that starts workers, and every worker, has all
 * primitives, too: others may send them.
 */

import type { Adapter } from "../contracts/adapter.js";
import type { PoolConstructor, Pool as PoolContract } from "../contracts/pool.js";
import type { PoolOptions } from "../contracts/pool-options.js";
import type * as queue from "../contracts/queue.js";
import type { Surface } from "../contracts/surface.js";
import type { Task } from "../contracts/task.js";
import type { TaskGroupConstructor, TaskGroupOptions } from "../contracts/task-group.js";
import type {
  CurrentWorker,
  ExceptHook,
  FailedWorker,
  WorkerArguments,
  WorkerConstructor,
  WorkerOptions,
} from "../contracts/worker.js";
import { typeError } from "../contracts/wrong-use.js";
import { describe } from "../kernel/arguments.js";
import { makeIdleWaits } from "../kernel/idle-waits.js";
import { report } from "../kernel/message/index.js";
import { nameTraces } from "../kernel/trace.js";
import { Future } from "../pool/call.js";
import { GeneratorStream } from "../pool/generator-stream.js";
import * as pool from "../pool/pool.js";
import { Stream } from "../pool/stream.js";
import * as groups from "../pool/task-group.js";
import { PoolView } from "../pool/view.js";
import * as futures from "../pool/waiting.js";
import { BackgroundTimers } from "../worker/background-timers.js";
import { Current } from "../worker/current.js";
import type { Services } from "../worker/services.js";
import { Unused } from "../worker/unused.js";
import * as worker from "../worker/worker.js";
import { type Arity, refuseSurplus, restrict, taking } from "./arity.js";
import { type Backend, type Bindings, exportedAs } from "./bindings.js";
import { SharedArray, Value } from "./data.js";
import { bindEndpoints } from "./endpoints.js";
import { Lock, RLock, RWLock } from "./locks.js";
import { SharedMap } from "./maps.js";
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
    return taking(1, "tasksFrom", (module: URL | string) => tasks.tasksFrom(module)) as Surface["tasksFrom"];
  });

export const isMain = (backend: Backend<Adapter>): Surface["isMain"] =>
  backend.get("isMain", (own) => workers(own).isMain);

export const current = (backend: Backend<Adapter>): Surface["current"] =>
  refuseUncalled(
    backend.get("current", (own) => {
      const { current: one } = workers(own).services;
      return taking(0, "current", () => one.info);
    }),
  );

const OF_CURRENT: readonly (keyof CurrentWorker)[] = [
  "id",
  "pid",
  "daemon",
  "isMain",
  "kind",
  "signal",
  "isCancelled",
  "throwIfCancelled",
];

/** `current.isCancelled` would be undefined, and its loop never end. A function has a `name` of its own. */
function refuseUncalled(current: Surface["current"]): Surface["current"] {
  for (const name of OF_CURRENT) {
    const get = (): never => {
      throw typeError(`current is a function: write current().${name}`);
    };
    Object.defineProperty(current, name, { get, configurable: true });
  }
  return current;
}

export const activeWorkers = (backend: Backend<Adapter>): Surface["activeWorkers"] =>
  backend.get("activeWorkers", (own) => {
    const { active } = workers(own).services;
    // One that a blocking join saw the end of is still in the set: the event loop has not heard of it yet.
    return taking(0, "activeWorkers", () => [...active].filter(({ isAlive }) => isAlive));
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

const POOL: Arity = {
  throws: ["pause resume", "withOptions", "on", "submit imap imapUnordered"],
  rejects: ["ready terminate", "close", "use", "map starmap"],
  instead: { size: "it is given as the pool is made, new Pool({ size })" },
};
const TASK_GROUP: Arity = { throws: ["", "cancel"], rejects: ["wait"] };
const WORKER: Arity = {
  throws: ["start", "joinSync cancel"],
  rejects: ["terminate", "join"],
  instead: {
    name: "it is given as an option, { name }",
    daemon: "it is given as an option, { daemon }",
    target: "it is given as the worker is made",
  },
};
const restricted = /* @__PURE__ */ new WeakSet<object>();

/** All of this as one: in a worker that Heddle started, it also sees to the worker's job. */
export const workers = (own: Bindings<Adapter>) => own.get("workers", bindWorkers);

function bindWorkers(own: Bindings<Adapter>) {
  const { adapter, kernel, boot } = own;
  kernel.isBundled = boot === undefined ? adapter.host.isEntry(adapter.url) : boot.isBundled;
  kernel.hasTasksInEntry = boot?.hasTasksInEntry ?? false;
  bindAll(own);
  bindStatus(kernel);
  bindEndpoints(kernel);
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
    timers: new BackgroundTimers(kernel.bell),
    makeQueue: <T>(maxSize: number) => new StreamedQueue(maxSize) as queue.Queue<T>,
    active: new Set(),
    atIdle: new Set(),
    unused: new Unused(),
    reportUncaught: (error, from) => {
      // The program has done what it should, perhaps, but with workers that were running it a second time.
      if (isWithoutGuard(error)) adapter.host.setExitCode(1);
      exceptHook(error, from);
    },
  };
  const idleWaits = makeIdleWaits(kernel);
  // Pools' workers are daemons, too, and have their own say.
  if (boot?.daemon && boot.job.kind === "target") idleWaits.last();
  kernel.reportUncaught = (error) => services.reportUncaught(error, services.current.info);
  adapter.host.onIdle(() => {
    for (const hook of services.atIdle) hook();
    services.unused.tell();
  });
  if (adapter.creator !== undefined && boot !== undefined) {
    refuseStarts(services, guard);
    refuseServers(services, guard);
    runAsWorker(services, adapter.creator, boot);
    // From here on the rest of a bundle is evaluated, its main module too. All that follows from it is known by its context.
    if (boot.isBundled) adapter.context.enter(EVALUATION);
  }
  for (const bound of [worker.Worker, pool.Pool, PoolView, Future, Stream, GeneratorStream, groups.TaskGroup])
    bound.prepare();
  // The one class of futures, and of views, of all workers of a thread, where these share one.
  if (!restricted.has(Future)) {
    restrict(Future, "future", { throws: ["", "cancel"] });
    restrict(PoolView, "view", {
      throws: ["", "withOptions", "", "submit imap imapUnordered"],
      rejects: ["", "", "", "map starmap"],
    });
  }
  restricted.add(Future);
  return {
    services,
    task: bindTask(own, tasks, guard),
    isMain: bindIsMain(own, services.current, guard),
    setExceptHook: taking(1, "setExceptHook", (hook: ExceptHook): void => {
      if (typeof hook !== "function") throw typeError(`setExceptHook needs a function, not ${describe(hook)}`);
      exceptHook = hook;
    }),
    Worker: exportedAs(adapter.capabilities.workerName, bindWorker(services), WORKER),
    Pool: exportedAs("Pool", bindPool(services), POOL),
    TaskGroup: exportedAs("TaskGroup", bindTaskGroup(services), TASK_GROUP),
    wait: taking(2, "wait", futures.wait, true),
    asCompleted: taking(2, "asCompleted", futures.asCompleted),
  };
}

/** Binds all primitives: a worker that shares its memory with others may be sent any. */
function bindAll(own: Bindings<Adapter>): void {
  const all = [
    ...[Lock, RLock, RWLock, Condition, Semaphore, BoundedSemaphore, Event, Barrier],
    ...[Value, SharedArray, SharedMap, Queue, LifoQueue, PriorityQueue, Connection],
  ];
  for (const bind of all) bind(own);
}

function bindWorker(services: Services): WorkerConstructor {
  // biome-ignore lint/suspicious/noExplicitAny: as in the contract.
  const bound = class<A extends readonly unknown[] = any[], R = unknown> extends worker.Worker<A, R> {
    constructor(target: Task<A, R>, ...given: WorkerArguments<A>) {
      const [options, ...surplus] = given as readonly [options?: WorkerOptions<A>, ...surplus: unknown[]];
      refuseSurplus(2, `new ${services.kernel.adapter.capabilities.workerName}`, surplus);
      super(services, target, options);
    }
  };
  for (const name of ["onmessage", "onmessageerror", "onerror", "onexit"]) {
    const set = (): never => {
      const advice =
        "await worker.result or worker.join(), and give the worker a Queue or one end of a pipe for messages";
      throw typeError(`${services.adapter.capabilities.workerName} has no ${name}: ${advice}`);
    };
    Object.defineProperty(bound.prototype, name, { get: () => undefined, set, configurable: true });
  }
  return bound as WorkerConstructor;
}

function bindPool(services: Services): PoolConstructor {
  const bound = class extends pool.Pool {
    constructor(options?: PoolOptions, ...surplus: []) {
      refuseSurplus(1, "new Pool", surplus);
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

function bindTaskGroup({ unused }: Services): TaskGroupConstructor {
  return class extends groups.TaskGroup {
    constructor(pool: Pick<PoolContract, "submit">, options?: TaskGroupOptions, ...surplus: []) {
      refuseSurplus(2, "new TaskGroup", surplus);
      super(pool, options, unused);
    }
  };
}

function describeUncaught(error: unknown, { name, leftBy = [] }: FailedWorker): string {
  const [task, ...others] = leftBy;
  const by = others.length > 0 ? `one of the tasks that it had run (${leftBy.join(", ")})` : `its task ${task}`;
  const left = task === undefined ? "" : `, left behind by ${by}`;
  return `Uncaught error in ${name}${left}:\n${report(error)}`;
}
