import type { Adapter } from "../contracts/adapter.js";
import { LockStateError, WorkerStateError } from "../contracts/errors.js";
import { markAsOurs, writeReplacedStacks } from "../contracts/frames.js";
import type { Queue } from "../contracts/queue.js";
import type { Surface } from "../contracts/surface.js";
import type { ModuleMeta, TaskMadeOf, TaskOptions } from "../contracts/task.js";
import type { ExceptHook, FailedWorker, SleepOptions } from "../contracts/worker.js";
import { after, checkOptions, checkSignal, checkTimeout, describe } from "../kernel/arguments.js";
import { clock } from "../kernel/clock.js";
import { Kernel } from "../kernel/kernel.js";
import { markTransfer, registerClass, report } from "../kernel/message/index.js";
import { whenAborted } from "../kernel/signals.js";
import { nameTraces } from "../kernel/trace.js";
import { TaskGroup } from "../pool/task-group.js";
import { asCompleted, wait } from "../pool/waiting.js";
import { inlineModule } from "../task/inline-source.js";
import { isCommonJs, moduleUrlOf } from "../task/module-url.js";
import { type AnyFunction, TaskRegistry } from "../task/registry.js";
import type { Boot } from "../worker/boot.js";
import { Current } from "../worker/current.js";
import type { Realm } from "../worker/realm.js";
import { bindData } from "./data.js";
import { liveAsWorker } from "./live.js";
import { MainGuards, siteOf } from "./main-guards.js";
import { bindQueues } from "./queues.js";
import { bindSync } from "./sync.js";
import { bindPool, bindWorker } from "./workers.js";

/**
 * The whole public surface, bound to one adapter. In a worker that Heddle started, it also sees to the worker's job: once
 * the adapter's module, or the bundle that it is part of, has been evaluated.
 */
export function weave(adapter: Adapter): Surface {
  if (adapter.host.losesUnreadErrors === true) writeReplacedStacks();
  // A second copy of the adapter in one worker, from another node_modules, must not make a second region or do the job twice.
  const key = Symbol.for(`heddle ${adapter.name}`);
  const shared = globalThis as { [key: symbol]: Surface | undefined };
  shared[key] ??= weaveRealm(adapter).surface;
  return shared[key];
}

/** What the evaluation of a bundle, or of the program's entry, runs with in a worker, and all that follows from it: no task does. */
const EVALUATION = Object.freeze({});

/** A worker's surface, and what is behind it. Workers that share a thread share the tasks that its modules define. */
export function weaveRealm(adapter: Adapter, sharedTasks?: TaskRegistry): { surface: Surface; realm: Realm } {
  markAsOurs((import.meta as { url?: string }).url, adapter.url);
  const boot = adapter.creator?.boot as Boot | undefined;
  const kernel = new Kernel(adapter, boot);
  kernel.hasTasksInEntry = boot?.hasTasksInEntry ?? false;
  // As long as nobody has asked isMain: then the program has its guard.
  let isUnguarded = boot !== undefined && (boot.isBundled || boot.hasTasksInEntry);
  const guards = new MainGuards();
  const tasks = sharedTasks ?? new TaskRegistry(adapter.host.requireModule);
  kernel.host.tasks = {
    nameOfTask: (fn) => tasks.refOf(fn),
    taskOfName: (ref) => tasks.remote(ref),
    known: (ref) => tasks.known(ref),
    find: (ref) => tasks.find(ref),
  };
  const name = boot?.name ?? `Main${adapter.capabilities.workerName}`;
  const current = new Current(kernel, name, boot?.daemon ?? false, boot === undefined);
  if (adapter.capabilities.parallel) nameTraces(name, kernel.id);
  kernel.isBundled = boot === undefined ? adapter.host.isEntry(adapter.url) : boot.isBundled;
  let exceptHook: ExceptHook = (error, worker) => adapter.host.reportError(describeUncaught(error, worker));
  const queues = bindQueues(kernel);
  const realm: Realm = {
    kernel,
    tasks,
    current,
    makeQueue: <T>(maxSize: number) => new queues.Queue(maxSize) as Queue<T>,
    active: new Set(),
    atIdle: new Set(),
    reportUncaught: (error, worker) => exceptHook(error, worker),
  };
  kernel.guards.onLost = ({ label }) => {
    if (kernel.region.hasLeft) return;
    const what = `${label} stays locked: its guard was never released, and is gone, as nothing referred to it any more`;
    realm.reportUncaught(
      new LockStateError(`${what}. Release a guard in a finally, or hold the lock by run`),
      current.info,
    );
  };
  adapter.host.onIdle(() => {
    for (const hook of realm.atIdle) hook();
  });
  if (adapter.creator !== undefined && boot !== undefined) {
    kernel.checkStart = () => {
      if (tasks.hasFound && !(isUnguarded && adapter.context.get() === EVALUATION)) return;
      const error = startedTooEarly(name);
      // Who catches it, or starts workers in an async function, must not go on as if nothing had been.
      if (!tasks.hasFound) tasks.refuse(error);
      throw error;
    };
    liveAsWorker(realm, adapter.creator, boot);
    // From here on the rest of a bundle is evaluated, its main module too, and what that goes on with later is known by its context.
    if (boot.isBundled) adapter.context.enter(EVALUATION);
  }

  const task: Surface["task"] = <F extends CallableFunction>(
    meta: ModuleMeta,
    fn: F,
    options?: TaskOptions,
  ): TaskMadeOf<F> => {
    checkOptions(options, "task", ["name"]);
    const url = moduleUrlOf(meta, "task", (given) => adapter.host.runningModule(given, task));
    if (boot === undefined && adapter.host.isEntry(url)) kernel.hasTasksInEntry = true;
    // The rest of the module, and what that goes on with later, is known by its context.
    if (isUnguarded && tasks.evaluates(url)) adapter.context.enter(EVALUATION);
    const given = isCommonJs(meta) ? { ...options, isCommonJs: true } : options;
    return tasks.task(url, fn as unknown as AnyFunction, given) as TaskMadeOf<F>;
  };
  const isMain: Surface["isMain"] = (meta) => {
    // The program has its guard. To follow contexts costs time, which is saved where nothing else needs it.
    if (isUnguarded && !current.followsTasks) adapter.context.leave();
    isUnguarded = false;
    const url = moduleUrlOf(meta, "isMain", (given) => adapter.host.runningModule(given, isMain));
    if (boot === undefined && url.startsWith("data:")) {
      throw new TypeError(
        "isMain cannot tell for a module that was made of a data: URL, as jiti makes those with import.meta: start the program with " +
          "node --import tsx, or put the tasks into a module of their own, which needs no isMain",
      );
    }
    // What the runtime itself says of the module, where it does (`import.meta.main`).
    const isSaidToBe = typeof meta === "object" && (meta as { main?: unknown }).main === true;
    const isTrue = boot === undefined && (isSaidToBe || adapter.host.isEntry(url));
    if (isTrue) guards.ask(meta, url, siteOf(isMain), kernel.isBundled, (text) => adapter.host.reportError(text));
    return isTrue;
  };

  const inline: Surface["inline"] = <F extends CallableFunction>(fn: F): TaskMadeOf<F> => {
    const importer = (): string | undefined => adapter.host.importerOf(adapter.host.runningModule(undefined, inline));
    const given = fn as unknown as AnyFunction;
    return tasks.inline(given, inlineModule(given, importer)) as TaskMadeOf<F>;
  };

  const surface = named({
    task,
    tasksFrom: (module) => tasks.tasksFrom(module),
    inline,
    isMain,
    transfer: markTransfer,
    registerClass,
    current: () => current.info,
    // One that a blocking join saw the end of is still in the set: the event loop has not heard of it yet.
    activeWorkers: () => [...realm.active].filter(({ isAlive }) => isAlive),
    availableParallelism: () => adapter.host.availableParallelism(),
    sleep,
    sleepSync(ms) {
      checkSleep(ms, "sleepSync");
      kernel.bell.mustBeAbleToBlock();
      kernel.bell.sleepUntil(() => false, clock.now() + ms);
    },
    setExceptHook(hook) {
      if (typeof hook !== "function") throw new TypeError(`setExceptHook needs a function, not ${typeof hook}`);
      exceptHook = hook;
    },
    usage: () => kernel.usage(),
    waiting: (object) => kernel.waiting(object),
    adapter: Object.freeze({ name: adapter.name, url: adapter.url, capabilities: adapter.capabilities }),
    Worker: bindWorker(realm),
    Pool: bindPool(realm),
    TaskGroup,
    wait,
    asCompleted,
    ...bindSync(kernel),
    ...queues,
    ...bindData(kernel),
  });
  return { surface, realm };
}

/** Gives classes the names under which they are exported, which a minifier would have shortened. */
function named(surface: Surface): Surface {
  const { Worker, ...rest } = surface;
  for (const [name, value] of Object.entries(rest)) {
    if (typeof value === "function" && /^[A-Z]/.test(name)) Object.defineProperty(value, "name", { value: name });
  }
  return surface;
}

/** As Python's RuntimeError of a program without its guard. Otherwise every worker would evaluate the module and start another. */
function startedTooEarly(worker: string): WorkerStateError {
  return new WorkerStateError(
    `${worker} was about to start a worker while it still evaluated the module of its first task: each worker would start another, without end. ` +
      "Start workers under if (isMain(import.meta)), in CommonJS if (isMain(module)), which is false in workers, or put the tasks into a module of their own: " +
      "where a bundler makes one file of both, the guard is needed all the same, or @heddle/unplugin, which makes two of them",
  );
}

async function sleep(ms: number, options?: SleepOptions): Promise<void> {
  checkSleep(ms, "sleep");
  checkOptions(options, "sleep", ["signal"]);
  const signal = checkSignal(options?.signal);
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stopTimer = after(ms, () => {
      stopListening();
      resolve();
    });
    const stopListening = whenAborted(signal, () => {
      stopTimer();
      reject(signal?.reason);
    });
  });
}

/** A timeout may be left out, for none; how long to sleep may not. */
function checkSleep(ms: number, what: string): void {
  if (typeof ms !== "number") throw new TypeError(`${what} takes a number of milliseconds, not ${describe(ms)}`);
  checkTimeout(ms);
}

function describeUncaught(error: unknown, { name, leftBy = [] }: FailedWorker): string {
  const [task, ...others] = leftBy;
  const by = others.length > 0 ? `one of the tasks that it had run (${leftBy.join(", ")})` : `its task ${task}`;
  const left = task === undefined ? "" : `, left behind by ${by}`;
  return `Uncaught error in ${name}${left}:\n${report(error)}`;
}
