import { TaskNotFoundError } from "../contracts/errors.js";
import type { ModuleMeta, Task, TaskRef, TasksOf } from "../contracts/task.js";

// biome-ignore lint/suspicious/noExplicitAny: the registry keeps functions of every signature; `task` and `tasksFrom` type them.
export type AnyFunction = (...args: any[]) => unknown;

const keyOf = (ref: TaskRef): string => `${ref.module}\n${ref.name}`;

/**
 * The tasks that this worker knows. A task is found elsewhere by its module and its name there; as every worker evaluates
 * a module in the same way, the same call of `task` gets the same name in each, exported or not, bundled or not.
 */
export class TaskRegistry {
  readonly #tasks = new Map<string, AnyFunction>();
  readonly #unnamed = new Map<string, number>();
  readonly #refs = new WeakMap<object, TaskRef>();

  task<A extends readonly unknown[], R>(
    meta: ModuleMeta,
    fn: (...args: A) => R,
    options: { name?: string } = {},
  ): Task<A, R> {
    if (typeof meta?.url !== "string") throw new TypeError("task needs import.meta as its first argument");
    if (typeof fn !== "function") throw new TypeError(`task needs a function as its second argument, not ${typeof fn}`);
    const name = this.#uniqueName(meta.url, options.name ?? fn.name, options.name !== undefined);
    const made = asTask<A, R>((...args) => fn(...args), { module: meta.url, name });
    this.#tasks.set(keyOf(made.ref), fn);
    this.#refs.set(made, made.ref);
    return made;
  }

  tasksFrom<M extends object>(module: URL | string): TasksOf<M> {
    const url = moduleUrl(module);
    const made = new Map<string, Task>();
    const get = (name: string): Task => {
      let found = made.get(name);
      if (found === undefined) {
        found = this.remote({ module: url, name });
        made.set(name, found);
      }
      return found;
    };
    // Any name gives a task: which ones the module exports is known to the types here, and at run time where it is loaded.
    return new Proxy(Object.create(null), {
      get: (_, name) => (typeof name === "string" && name !== "then" ? get(name) : undefined),
    }) as TasksOf<M>;
  }

  /** A task whose module holds nothing but `fn`'s source text. */
  inline<A extends readonly unknown[], R>(fn: (...args: A) => R, module: string): Task<A, R> {
    const made = asTask<A, R>((...args) => fn(...args), { module, name: "default" });
    this.#refs.set(made, made.ref);
    return made;
  }

  /** A task known by its ref alone; called here, it loads its module and gives a promise. */
  remote(ref: TaskRef): Task {
    const made = asTask(async (...args: unknown[]) => (await this.find(ref))(...args), ref);
    this.#refs.set(made, ref);
    return made;
  }

  /** The ref of a task made by this registry. */
  refOf(value: unknown): TaskRef | undefined {
    return typeof value === "function" ? this.#refs.get(value) : undefined;
  }

  /** As {@link refOf}; throws TypeError, with advice, for anything else. */
  mustBeTask(value: unknown, where: string): TaskRef {
    const ref = this.refOf(value);
    if (ref !== undefined) return ref;
    const what = typeof value === "function" ? `the function ${value.name || "(anonymous)"}` : `a ${typeof value}`;
    throw new TypeError(
      `${where} needs a task, not ${what}: wrap it at its module's top level as task(import.meta, fn), ` +
        "or use tasksFrom(url) or inline(fn)",
    );
  }

  /** The function that a ref names, if its module was evaluated here and defines it as a task. */
  known(ref: TaskRef): AnyFunction | undefined {
    return this.#tasks.get(keyOf(ref));
  }

  /** The function that a ref names, loading its module if need be. */
  async find(ref: TaskRef): Promise<AnyFunction> {
    const known = this.known(ref);
    if (known !== undefined) return known;
    let namespace: Record<string, unknown>;
    try {
      namespace = await import(ref.module);
    } catch (error) {
      throw new TaskNotFoundError(
        `Task "${ref.name}" was not found: its module ${short(ref.module)} failed to load: ${messageOf(error)}`,
        { cause: error },
      );
    }
    // Evaluating the module may have registered it. An export of the same name is what `tasksFrom` means.
    const found = this.#tasks.get(keyOf(ref)) ?? namespace[ref.name];
    if (typeof found === "function") return found as AnyFunction;
    throw new TaskNotFoundError(
      `Task "${ref.name}" was not found in ${short(ref.module)}: ` +
        (found === undefined
          ? "it exports no such name, and evaluating it defines no task of that name. Tasks are defined at a module's top level"
          : `what it exports under that name is no function but a ${typeof found}`),
    );
  }

  #uniqueName(module: string, name: string, isGiven: boolean): string {
    const base = name === "" ? "task" : name;
    if (!this.#tasks.has(keyOf({ module, name: base })) && name !== "") return base;
    if (isGiven) throw new TypeError(`Two tasks of ${short(module)} are named "${base}"`);
    // In order of evaluation, which is the same in every worker.
    const key = keyOf({ module, name: base });
    const ordinal = (this.#unnamed.get(key) ?? (name === "" ? 0 : 1)) + 1;
    this.#unnamed.set(key, ordinal);
    return `${base}#${ordinal}`;
  }
}

function asTask<A extends readonly unknown[], R>(fn: (...args: A) => R, ref: TaskRef): Task<A, R> {
  Object.defineProperty(fn, "name", { value: ref.name === "default" ? "inline" : ref.name, configurable: true });
  return Object.assign(fn, { ref: Object.freeze(ref) });
}

function moduleUrl(module: URL | string): string {
  if (module instanceof URL) return module.href;
  if (typeof module === "string" && module !== "") {
    if (!module.startsWith(".") && !module.startsWith("/")) return module;
    throw new TypeError(
      `tasksFrom cannot tell what ${JSON.stringify(module)} is relative to: give it new URL(${JSON.stringify(module)}, import.meta.url)`,
    );
  }
  throw new TypeError(`tasksFrom needs a URL, not ${typeof module}`);
}

const short = (url: string): string => (url.length > 120 ? `${url.slice(0, 117)}...` : url);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
