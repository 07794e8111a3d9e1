import type { Adapter } from "../contracts/adapter.js";
import type { Surface } from "../contracts/surface.js";
import type { ModuleMeta, TaskMadeOf, TaskOptions } from "../contracts/task.js";
import { typeError } from "../contracts/wrong-use.js";
import { checkOptions } from "../kernel/arguments.js";
import type { AnyFunction } from "../task/definitions.js";
import { isCommonJs, moduleUrlOf } from "../task/module-url.js";
import { TaskRegistry } from "../task/registry.js";
import type { Current } from "../worker/current.js";
import { refuseSurplus } from "./arity.js";
import type { Bindings } from "./bindings.js";
import { MainGuards, siteOf } from "./main-guards.js";

/** The context of a bundle's evaluation, or of the program's entry, in a worker, and of all that follows: no task runs with it. */
export const EVALUATION = /* @__PURE__ */ Object.freeze({});

/** Whether this worker evaluates the program's main module, and nobody has asked isMain yet: then the program has its guard. */
export interface MainGuard {
  isMissing: boolean;
}

/** The tasks that this worker knows, found in messages by their names. */
export function bindTasks({ adapter, kernel, sharedTasks }: Bindings<Adapter>): TaskRegistry {
  const tasks = sharedTasks ?? new TaskRegistry(adapter.host);
  kernel.tasks = {
    nameOfTask: (fn) => tasks.refOf(fn),
    taskOfName: (ref) => tasks.remote(ref),
    known: (ref) => tasks.known(ref),
    find: (ref) => tasks.find(ref),
  };
  return tasks;
}

export function bindTask(
  { adapter, kernel, boot }: Bindings<Adapter>,
  tasks: TaskRegistry,
  guard: MainGuard,
): Surface["task"] {
  const { host, context } = adapter;
  const task: Surface["task"] = <F extends CallableFunction>(
    meta: ModuleMeta,
    fn: F,
    options?: TaskOptions,
    ...surplus: unknown[]
  ): TaskMadeOf<F> => {
    refuseSurplus(3, "task", surplus);
    checkOptions(options, "task", ["name"]);
    const url = moduleUrlOf(meta, "task", (given) => host.runningModule(given, task));
    if (boot === undefined && host.isEntry(url)) kernel.hasTasksInEntry = true;
    // The rest of the module, and what that goes on with later, is known by its context.
    if (guard.isMissing && tasks.evaluates(url)) context.enter(EVALUATION);
    const given = isCommonJs(meta) ? { ...options, isCommonJs: true } : options;
    return tasks.task(url, fn as unknown as AnyFunction, given, meta) as TaskMadeOf<F>;
  };
  return task;
}

export function bindIsMain(
  { adapter, kernel, boot }: Bindings<Adapter>,
  current: Current,
  guard: MainGuard,
): Surface["isMain"] {
  const { host, context } = adapter;
  const guards = new MainGuards();
  const isMain: Surface["isMain"] = (meta, ...surplus: unknown[]) => {
    refuseSurplus(1, "isMain", surplus);
    // The program has its guard. To follow contexts costs time, which is saved where nothing else needs it.
    if (guard.isMissing && !current.followsTasks) context.leave();
    guard.isMissing = false;
    const url = moduleUrlOf(meta, "isMain", (given) => host.runningModule(given, isMain));
    if (boot === undefined && url.startsWith("data:")) {
      throw typeError(
        "isMain cannot tell for a module that was made of a data: URL, as jiti makes those with import.meta: start the program with " +
          "node --import tsx, or put the tasks into a module of their own, which needs no isMain",
      );
    }
    // The runtime's own word about the module, where it has one (`import.meta.main`).
    const isSaidToBe = typeof meta === "object" && (meta as { main?: unknown }).main === true;
    const isTrue = boot === undefined && (isSaidToBe || host.isEntry(url));
    if (isTrue) guards.ask(meta, url, siteOf(isMain), kernel.isBundled, (text) => host.reportError(text));
    return isTrue;
  };
  return isMain;
}
