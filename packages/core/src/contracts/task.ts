import type { TaskMark } from "./received.js";

/** Where another worker finds the function of a task: its module and its name there. */
export interface TaskRef {
  /** The URL of the module. */
  readonly module: string;
  /** The name in that module: that of the function, or the one that was given to `task`. */
  readonly name: string;
  /**
   * A hash of the function's source text. A worker refuses to run a function whose text differs. Undefined where the name alone decides: if
   * a name was given, and for tasks of `tasksFrom` and `inline`.
   */
  readonly fingerprint?: string;
  /** Whether the module is CommonJS. A worker then loads it by `require`, where the runtime has that. */
  readonly isCommonJs?: true;
}

/**
 * A function that can run in another worker: the result of `task`, `tasksFrom` and `inline`. Called directly, it runs here. A task can
 * itself be sent to another worker, at any depth, and is a task there.
 *
 * @example
 * ```ts
 * import type { Pool, Task } from "@heddle/node-threads";
 *
 * // Runs any task that makes a string of a number.
 * export const twice = (pool: Pool, work: Task<[n: number], string>): Promise<string[]> =>
 *   Promise.all([pool.run(work, 1), pool.run(work, 2)]);
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: `any[]` is the one default from which every argument list can be inferred.
export interface Task<A extends readonly unknown[] = any[], R = unknown> {
  /** Runs the function here. A task of `tasksFrom` loads its module first, and returns a promise. */
  (...args: A): R;
  /** Where other workers find the function. */
  readonly ref: TaskRef;
}

/** The type of the task that is made of a function. The function's own type parameters, overloads and type guards are kept. */
export type TaskMadeOf<F> = F extends (...args: infer A) => infer R
  ? Task<A, R> extends F
    ? Task<A, R>
    : F & TaskMark
  : never;

/**
 * Options of {@link task}.
 *
 * @example
 * ```ts
 * import { type TaskOptions, task } from "@heddle/node-threads";
 *
 * const options: TaskOptions = { name: "halve" };
 * export const halve = task(import.meta, (n: number) => n / 2, options);
 * ```
 */
export interface TaskOptions {
  /**
   * The name of the task within its module. Default: that of the function. A given name alone decides which function is meant. Give one to
   * a function without a name, to functions made in a loop, and where a tool rewrites the module for some workers only. A name that another
   * task of the module was given is a TypeError.
   */
  name?: string | undefined;
}

/** `import.meta` of an ES module. */
export interface ImportMeta {
  /** The URL of the module. */
  readonly url: string;
}

/** The variable `module` of CommonJS. */
export interface CommonJsModule {
  /** The path of the module. */
  readonly filename: string;
}

/** The module that a task belongs to: `import.meta`; in CommonJS, `module`; or the URL of the module as a string. */
export type ModuleMeta = ImportMeta | CommonJsModule | string;

/** The functions among the exports of a module, and those that exported promises resolve to, as tasks. */
export type TasksOf<M extends object> = {
  // biome-ignore lint/suspicious/noExplicitAny: matches a function of any arguments, as `Parameters` of the standard library does.
  readonly [K in keyof M as Awaited<M[K]> extends (...args: any[]) => unknown ? K : never]: Awaited<M[K]> extends (
    ...args: infer A
  ) => infer R
    ? Task<A, R>
    : never;
};

/**
 * Makes a task of `fn`. Call it at the top level of a module: every worker that loads the module makes the task too, which is how it is
 * found. The task need not be exported, and it survives bundling. Within the function, the function's own name refers to the task. In
 * CommonJS, give `module` in place of `import.meta`.
 *
 * @throws TypeError if `meta` is none of these, if `fn` is not a function, or for an unknown option.
 *
 * @example
 * ```ts
 * import { isMain, task, Thread } from "@heddle/node-threads";
 *
 * const add = task(import.meta, function add(a: number, b: number) {
 *   return a + b;
 * });
 *
 * if (isMain(import.meta)) {
 *   const thread = new Thread(add, { args: [1, 2] }).start();
 *   console.log(thread.name); // Thread-1 (add)
 *   console.log(await thread.result); // 3
 *   console.log(add(1, 2)); // 3
 * }
 * ```
 */
// Not a type with parameters of its own: from those the compiler would take the types of parameters that have a default value.
export declare function task<F extends CallableFunction>(meta: ModuleMeta, fn: F, options?: TaskOptions): TaskMadeOf<F>;

/**
 * The exported functions of any module as tasks. The module need not know of Heddle. It is loaded only where one of its tasks runs; if the
 * module or the export does not exist, the call rejects with TaskNotFoundError.
 *
 * A default export is the task `default`; so is what a CommonJS module assigns to `module.exports`. An export may be a promise of the
 * function: the worker awaits it.
 *
 * @param module A URL, an absolute path, or a specifier that means the same everywhere.
 * @throws TypeError for a relative path, as it could be relative to anything: write `new URL("./math.js", import.meta.url)`.
 *
 * @example
 * ```ts
 * import { Pool, tasksFrom } from "@heddle/node-threads";
 *
 * const { basename } = tasksFrom<typeof import("node:path")>("node:path");
 * const pool = new Pool({ size: 1 });
 * try {
 *   console.log(await pool.run(basename, "/home/ada/notes.txt")); // notes.txt
 * } finally {
 *   await pool.close();
 * }
 * ```
 */
export declare function tasksFrom<M extends object>(module: URL | string): TasksOf<M>;

/**
 * Makes a task of a function from its source text. The function may use its arguments, globals and `import()`. `import()` finds packages
 * and relative paths as from the module that calls `inline`. On Bun it finds packages as from the current folder; on Deno it takes `npm:`,
 * `jsr:` and `node:` specifiers.
 *
 * @throws FreeVariableError if the function uses variables from outside; the error names them.
 * @throws TypeError if the function has no source text.
 *
 * @example
 * ```ts
 * import { inline, Thread } from "@heddle/node-threads";
 *
 * const sum = inline((numbers: number[]) => numbers.reduce((a, b) => a + b, 0));
 * console.log(await new Thread(sum, { args: [[1, 2, 3]] }).start().result); // 6
 * ```
 */
export declare function inline<F extends CallableFunction>(fn: F): TaskMadeOf<F>;

/**
 * Whether this is the module that the program was started with, as Python's `__name__ == "__main__"`. It is false in every worker that
 * Heddle started. Code that starts workers belongs under it if its module has tasks: workers evaluate the module of their task.
 *
 * @throws TypeError if a bundler made one file of several modules, and a second one of them asks.
 *
 * @example
 * ```ts
 * import { isMain, task, Thread } from "@heddle/node-threads";
 *
 * const ask = task(import.meta, function ask() {
 *   return isMain(import.meta);
 * });
 *
 * if (isMain(import.meta)) console.log(await new Thread(ask).start().result); // false
 * ```
 */
export declare function isMain(meta: ModuleMeta): boolean;

/**
 * Marks the parts of `value` that are to be moved to the receiver instead of being copied, as the transfer list of `postMessage` does. The
 * call that sends `value` moves them: they cannot be used here any longer.
 *
 * That call fails with SendError if a part cannot be moved. That is a plain object, a SharedArrayBuffer, a buffer that was moved before, or
 * memory of the runtime such as Node's pool of Buffers. Nothing is sent or moved then.
 *
 * @returns `value`.
 *
 * @example
 * ```ts
 * import { inline, Thread, transfer } from "@heddle/node-threads";
 *
 * const bytes = new Uint8Array(1_000_000);
 * const length = inline((bytes: Uint8Array) => bytes.length);
 * const thread = new Thread(length, { args: [transfer(bytes, [bytes.buffer])] }).start();
 * console.log(await thread.result); // 1000000
 * console.log(bytes.length); // 0
 * ```
 */
export declare function transfer<T>(value: T, transferables: readonly unknown[]): T;
