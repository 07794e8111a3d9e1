import type { Host } from "../contracts/adapter.js";
import { TaskNotFoundError } from "../contracts/errors.js";
import type { Task, TaskRef, TasksOf } from "../contracts/task.js";
import { typeError } from "../contracts/wrong-use.js";
import { checkType, describe, isClass } from "../kernel/arguments.js";
import { type AnyFunction, Definitions, short } from "./definitions.js";
import { fingerprintOf } from "./fingerprint.js";
import { fileUrl, isAbsolute } from "./module-url.js";

/** An error names so many of the tasks that a module has. */
const MOST_NAMES = 20;

/** The exports of a module; in an object, as a CommonJS module may export a thenable, which a promise would wait for. */
interface Loaded {
  readonly namespace: Record<string, unknown>;
}

/** The tasks that this worker knows, and how a task that another worker means is found here. */
export class TaskRegistry {
  readonly #definitions = new Definitions();
  readonly #refs = new WeakMap<object, TaskRef>();
  /** The functions of the tasks that were made of one here. */
  readonly #functions = new WeakMap<object, AnyFunction>();
  /** The results of {@link tasksFrom}. */
  readonly #modules = new WeakSet<object>();
  /** The calls of {@link find} under way, in the order in which they began. */
  readonly #searches = new Set<Promise<AnyFunction>>();
  #searchesBegun = 0;
  /** The modules that are being loaded, for a task that was called. */
  readonly #loads = new Map<string, Promise<Loaded>>();
  /** Work that modules have begun; its end has to be known before a task may run. */
  readonly #begun = new Set<Promise<void>>();
  readonly #host: Pick<Host, "requireModule" | "specifierOf">;
  #hasFound = false;
  #refusal: Error | undefined;

  constructor(host: Pick<Host, "requireModule" | "specifierOf"> = {}) {
    this.#host = host;
  }

  /** Makes a task of a function of the module with that URL. `meta` is what it gave, one object for each of its evaluations. */
  task<A extends readonly unknown[], R>(
    module: string,
    fn: (...args: A) => R,
    options: { name?: string | undefined; isCommonJs?: boolean } = {},
    meta: unknown = module,
  ): Task<A, R> {
    if (typeof fn !== "function" || isClass(fn)) {
      throw typeError(`task needs a function as its second argument, not ${describe(fn)}`);
    }
    checkType(options.name, "The name of a task", "string");
    const ref = refTo(module, fn, options);
    this.#definitions.add(ref, options.name !== undefined, fn, meta);
    const made = asTask<A, R>((...args) => fn(...args), ref, fn.length);
    this.#refs.set(made, made.ref);
    this.#functions.set(made, fn);
    // Within the function, its own name means the function itself: that is this task, too.
    this.#refs.set(fn, made.ref);
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
    const tasks = new Proxy(Object.create(null), {
      get: (_, name) => (typeof name === "string" && name !== "then" ? get(name) : undefined),
    });
    this.#modules.add(tasks);
    return tasks;
  }

  /** A task whose module holds nothing but `fn`'s source text. */
  inline<A extends readonly unknown[], R>(fn: (...args: A) => R, module: string): Task<A, R> {
    const made = asTask<A, R>((...args) => fn(...args), { module, name: "default" }, fn.length);
    this.#refs.set(made, made.ref);
    this.#functions.set(made, fn);
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

  /** The function that a task was made of here; undefined for what `tasksFrom` gives, and for a task that was sent. */
  functionOf(task: object): AnyFunction | undefined {
    return this.#functions.get(task);
  }

  /** As {@link refOf}; throws TypeError, with advice, for anything else. */
  mustBeTask(value: unknown, where: string): TaskRef {
    const ref = this.refOf(value);
    if (ref !== undefined) return ref;
    if (typeof value === "object" && value !== null && this.#modules.has(value)) {
      throw typeError(`${where} needs a task, not all that a module exports: name one, as in tasksFrom(url).default`);
    }
    if (typeof value === "string" || value instanceof URL) {
      throw typeError(
        `${where} needs a task, not a ${typeof value === "string" ? "string" : "URL"}: each function that a module exports is one, ` +
          'as tasksFrom(new URL("./module.js", import.meta.url)).name',
      );
    }
    const ways = "as task(import.meta, fn), in CommonJS task(module, fn), or use tasksFrom(url) or inline(fn)";
    if (typeof value === "function") {
      const name = value.name || "(anonymous)";
      throw typeError(`${where} needs a task, not the function ${name}: wrap it at its module's top level ${ways}`);
    }
    const order = where.startsWith("pool.")
      ? "A task comes before what it is called with: pool.run(task, value), pool.map(task, values). "
      : "";
    throw typeError(
      `${where} needs a task, not ${describe(value)}. ${order}Make one of a function at its module's top level ${ways}`,
    );
  }

  /** The function that a ref names, if its module was evaluated here and defines it as a task. */
  known(ref: TaskRef): AnyFunction | undefined {
    return this.#definitions.find(ref);
  }

  /** How many times a module was evaluated again here. */
  get reevaluations(): number {
    return this.#definitions.reevaluations;
  }

  /** Whether a module was evaluated again after there had been so many such evaluations. */
  wasReevaluatedAfter(module: string, reevaluations: number): boolean {
    return this.#definitions.reevaluationOf(module) > reevaluations;
  }

  /** Has each search fail with this error: the program is not what it should be, and the worker is of no use. */
  refuse(error: Error): void {
    this.#refusal ??= error;
  }

  /** The function that a ref names, loading its module if need be. */
  find(ref: TaskRef): Promise<AnyFunction> {
    const search = this.#find(ref);
    const end = (): boolean => this.#searches.delete(search);
    this.#searches.add(search);
    this.#searchesBegun++;
    search.then(end, end);
    return search;
  }

  /** How many searches have begun so far. */
  get searchesBegun(): number {
    return this.#searchesBegun;
  }

  /**
   * Resolves once the searches have ended that began after `begun` others; undefined if none did. A barrier that arrives begins one for
   * its action, which a wait that blocks needs and cannot load.
   */
  searchesSince(begun: number): Promise<unknown> | undefined {
    const count = this.#searchesBegun - begun;
    return count === 0 ? undefined : Promise.allSettled([...this.#searches].slice(-count));
  }

  async #find(ref: TaskRef): Promise<AnyFunction> {
    const found = this.known(ref) ?? (await this.#load(ref));
    if (this.#begun.size > 0) await Promise.all(this.#begun);
    if (this.#refusal !== undefined) throw this.#refusal;
    this.#hasFound = true;
    return found;
  }

  /**
   * Whether this worker has found a task's function. Before that, only the evaluation of modules runs here. A worker that is started then
   * would evaluate them as well, and start another.
   */
  get hasFound(): boolean {
    return this.#hasFound;
  }

  /** Whether a module is being evaluated here because one of its tasks was called. */
  evaluates(module: string): boolean {
    return this.#loads.has(module);
  }

  /** Whether any module is being evaluated here for that. */
  get isEvaluating(): boolean {
    return this.#loads.size > 0;
  }

  /** Has every search for a task wait for that work of modules, too. */
  awaitInModules(begun: Promise<void>): void {
    this.#begun.add(begun);
    void begun.then(() => this.#begun.delete(begun));
  }

  async #load(ref: TaskRef): Promise<AnyFunction> {
    let namespace: Record<string, unknown>;
    let exported: AnyFunction | undefined;
    const under = this.#loads.get(ref.module);
    try {
      ({ namespace } = await (under ?? this.#evaluate(ref)));
      // An export of the same name is what `tasksFrom` means.
      if (ref.fingerprint === undefined) exported = await exportedAs(ref.name, namespace);
    } catch (error) {
      throw new TaskNotFoundError(
        `Task "${ref.name}" was not found: its module ${short(ref.module)} failed to load: ${messageOf(error)}${adviceFor(ref.module, error)}`,
        { cause: error },
      );
    } finally {
      // A later one is the runtime's to answer: the module may have been replaced.
      if (under === undefined) this.#loads.delete(ref.module);
    }
    // Evaluating the module may have defined it.
    const found = this.known(ref) ?? exported;
    if (found !== undefined) return found;
    throw new TaskNotFoundError(
      `Task "${ref.name}" was not found in ${short(ref.module)}: ${this.#why(ref, namespace)}`,
    );
  }

  /**
   * Loads a module, for all that ask for it meanwhile. Some versions of Deno and Bun resolve a second `import()` of a module that is still
   * being evaluated too early. Others end (`RefCell already borrowed`, https://github.com/denoland/deno/issues/36216;
   * https://github.com/oven-sh/bun/issues/20489).
   */
  #evaluate({ module, isCommonJs }: TaskRef): Promise<Loaded> {
    const requireModule = isCommonJs === true ? this.#host.requireModule : undefined;
    const specifier = this.#host.specifierOf?.(module) ?? module;
    // Begun once it is in the map: the module's code may ask whether the module is being evaluated.
    const load = Promise.resolve().then(async () => ({
      namespace:
        requireModule === undefined
          ? await import(/* webpackIgnore: true */ /* @vite-ignore */ specifier)
          : requireModule(module),
    }));
    this.#loads.set(module, load);
    return load;
  }

  /** Why a module that was evaluated does not have a task, and what it has. */
  #why(ref: TaskRef, namespace: Record<string, unknown>): string {
    const defined = this.#definitions.namesIn(ref.module);
    const exported = Object.keys(namespace).filter((name) => typeof namespace[name] === "function");
    const names = [...new Set([...defined, ...exported])];
    const found = names.length === 0 ? "nothing that could run" : names.slice(0, MOST_NAMES).join(", ");
    if (defined.includes(ref.name)) {
      return (
        "it defines a task of that name with another text. If the file was changed, use the task of its new evaluation, in workers and pools " +
        "that are made after it. Else the module was rewritten in one of the workers, or a bundle has several functions of that name: " +
        `give it a name of its own, task(import.meta, fn, { name: "…" }), or in Next make it by inline(fn). Found: ${found}`
      );
    }
    const other = namespace[ref.name];
    return other === undefined || typeof other === "function"
      ? "it exports no such name, and evaluating it defines no task of that name. Tasks are defined at a module's top level, in every worker alike: " +
          "a worker evaluates no module of a bundle that is loaded lazily, by import(). Import it at the top of another, too, or have the bundler " +
          `write it into a file that can be imported (esbuild: --splitting --format=esm; webpack, rspack: the plugin @heddle/unplugin). Found: ${found}`
      : `the export of that name is no function but ${describe(other)}. Found: ${found}`;
  }
}

function refTo(module: string, fn: AnyFunction, options: { name?: string | undefined; isCommonJs?: boolean }): TaskRef {
  const kind = options.isCommonJs === true ? ({ isCommonJs: true } as const) : {};
  if (options.name !== undefined) return { module, name: options.name, ...kind };
  const fingerprint = fingerprintOf(fn);
  const name = fn.name === "" ? "task" : fn.name;
  return fingerprint === undefined ? { module, name, ...kind } : { module, name, fingerprint, ...kind };
}

/**
 * The function that a module exports under a name. The exports of a CommonJS module are on its default export, and once more on its `default` after a compilation from an ES module. An export may also be a promise of the function, as piscina has it.
 */
async function exportedAs(name: string, namespace: Record<string, unknown>): Promise<AnyFunction | undefined> {
  for (const exported of [namespace[name], (namespace.default as Record<string, unknown> | null | undefined)?.[name]]) {
    const value = typeof exported === "function" ? exported : await exported;
    if (typeof value === "function") return value as AnyFunction;
  }
  return undefined;
}

function asTask<A extends readonly unknown[], R>(fn: (...args: A) => R, ref: TaskRef, length = 0): Task<A, R> {
  const name = ref.name === "default" && ref.module.startsWith("data:") ? "inline" : ref.name;
  Object.defineProperty(fn, "name", { value: name, configurable: true });
  Object.defineProperty(fn, "length", { value: length, configurable: true });
  return Object.assign(fn, { ref: Object.freeze(ref) });
}

function moduleUrl(module: URL | string): string {
  // Any realm's, and a browser's in a test environment.
  if (typeof module === "object" && typeof module?.href === "string") return module.href;
  if (typeof module === "string" && module !== "") {
    if (isAbsolute(module)) return fileUrl(module);
    if (!module.startsWith(".")) return module;
    throw typeError(
      `tasksFrom cannot tell what ${JSON.stringify(module)} is relative to: give it new URL(${JSON.stringify(module)}, import.meta.url)`,
    );
  }
  throw typeError('tasksFrom needs the URL of a module, such as new URL("./module.js", import.meta.url)');
}

/** The URLs that Node, Bun and Deno give to a program that came from `-e` or the standard input. */
const GIVEN_BY_TEXT = /\/(?:(?:\[|%5B)(?:eval|stdin)\d*(?:\]|%5D)|\$deno\$(?:eval|stdin)\.\w+)$/;

/** The things that a worker lacks and its creator has. */
function adviceFor(module: string, error: unknown): string {
  if (GIVEN_BY_TEXT.test(module)) {
    return ". A program from -e or the standard input has no file that a worker could load: put the task into a file, or use inline(fn)";
  }
  if ((error as { url?: unknown } | null)?.url === module) {
    return (
      ". Where a bundler wrote a source's path in the place of import.meta.url and the source is not there (Next), leave Heddle's packages outside " +
      '(serverExternalPackages: ["@heddle/node-threads"]) and make the task by inline(fn), or by tasksFrom of a file that is deployed, too'
    );
  }
  const isOfALoader =
    error instanceof SyntaxError ||
    (error as { code?: unknown } | null)?.code === "ERR_UNKNOWN_FILE_EXTENSION" ||
    // Node takes a file with `import` for an ES module, where a loader would have made CommonJS of it.
    /is not defined in ES module scope/.test(messageOf(error));
  return isOfALoader
    ? ". If a loader reads this file in the program, start the program so that workers get it, too: NODE_OPTIONS=--import=tsx, " +
        "node --import tsx, node -r ts-node/register or node -r @babel/register. For processes, execArgv among the options of the worker or pool does as well: " +
        "include the program's own, process.execArgv, as it replaces them"
    : "";
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
