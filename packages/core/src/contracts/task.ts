import type { TaskMark } from "./received.js";

/** Where another worker finds a task's function: its module and its name there. */
export interface TaskRef {
  /** The module's URL. */
  readonly module: string;
  /** Its name there: the function's, or the one that it was given. */
  readonly name: string;
  /**
   * What tells the function from others of that name: a hash of its source text. A worker refuses to run a function whose text differs.
   * Undefined where the name alone decides: for a name that was given, and for what `tasksFrom` and `inline` make.
   */
  readonly fingerprint?: string;
  /** The module is one of CommonJS: a worker loads it by `require`, where the runtime has that. */
  readonly isCommonJs?: true;
}

/**
 * A function that can run in another worker: what `task`, `tasksFrom` and `inline` make. Called directly, it runs here. It may
 * itself be sent to another worker, at any depth, and is a task there.
 */
// biome-ignore lint/suspicious/noExplicitAny: `any[]` is the one default from which every argument list can be inferred.
export interface Task<A extends readonly unknown[] = any[], R = unknown> {
  /** Runs the function here; a task of `tasksFrom` loads its module first, and gives a promise. */
  (...args: A): R;
  /** Where other workers find it. */
  readonly ref: TaskRef;
}

/** The task that is made of a function: its own type parameters, overloads and type guards stay, where it has such. */
export type TaskMadeOf<F> = F extends (...args: infer A) => infer R
  ? Task<A, R> extends F
    ? Task<A, R>
    : F & TaskMark
  : never;

/** How a task is made. */
export interface TaskOptions {
  /**
   * Its name within its module. Default: the function's. Throws TypeError if another task of the module was given it. A name that is
   * given decides alone which function is meant: give one to functions without names, to functions made in a loop, and where a tool
   * rewrites the module for some workers only.
   */
  name?: string | undefined;
}

/** What `import.meta` gives every ES module. */
export interface ImportMeta {
  /** The module's URL. */
  readonly url: string;
}

/** The variable `module` of CommonJS. */
export interface CommonJsModule {
  /** The module's path. */
  readonly filename: string;
}

/** What says which module a task belongs to: `import.meta`; in CommonJS, `module`; or the module's URL as a string. */
export type ModuleMeta = ImportMeta | CommonJsModule | string;

/** The functions among a module's exports, or those that promises among them give, as tasks. */
export type TasksOf<M extends object> = {
  // biome-ignore lint/suspicious/noExplicitAny: matches a function of any arguments, as `Parameters` of the standard library does.
  readonly [K in keyof M as Awaited<M[K]> extends (...args: any[]) => unknown ? K : never]: Awaited<M[K]> extends (
    ...args: infer A
  ) => infer R
    ? Task<A, R>
    : never;
};

/**
 * Makes a task of `fn`. Call it at a module's top level, where every worker that loads the module calls it too: that is how
 * the task is found elsewhere. It need not be exported, and it survives bundling. Within the function, the function's own name means
 * this task, too. In CommonJS, give `module` in place of `import.meta`. Throws TypeError for anything else, for what is no function, and for an option that is none.
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
 * The exported functions of any module as tasks, one that knows nothing of Heddle too. `module` is a URL, an absolute
 * path, or a specifier that means the same everywhere. A default export is the task `default`, as is what a CommonJS module sets `module.exports` to; an export
 * may also be a promise of the function, which is waited for. The module is loaded only where one of its tasks runs, so a module or an
 * export that is not there is a TaskNotFoundError then. Throws TypeError at once for a relative path, which could be
 * relative to anything: write `new URL("./math.js", import.meta.url)`.
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
 * Makes a task of a function that stands on its own, from its source text: it may use its arguments, globals and `import()`, which finds
 * packages as from the module that calls this, and relative paths, too (on Bun and Deno packages as from the current folder).
 * Throws FreeVariableError, naming them, if it uses variables from outside, and TypeError for what has no source text.
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
 * Whether this is the module that the program was started with, outside any worker that Heddle started; Python's
 * `__name__ == "__main__"`. What starts workers belongs under it: workers evaluate their tasks' module too.
 * Throws TypeError where a bundler made one file of several modules, and a second of them asks.
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
 * Marks what in `value` is to be moved to the receiver rather than copied, as in the transfer list of `postMessage`. Gives
 * `value` back. Each of the transferables can be used here no longer once it was sent: an ArrayBuffer is moved by the call that
 * sends it. That call throws SendError, or rejects with it, for what cannot be moved (a plain object, a SharedArrayBuffer, a
 * buffer that was moved before, memory of the runtime's own such as Node's pool of Buffers); then nothing was sent or moved.
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
