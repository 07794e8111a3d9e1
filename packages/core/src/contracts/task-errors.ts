import { HeddleError, type HeddleErrorOptions, nameClass } from "./error.js";

/**
 * The worker found no task of that name in that module. Define tasks at the top level of a module, so that every worker that loads the
 * module defines them. If the module did not load, the `cause` says why.
 *
 * @example
 * ```ts
 * import { TaskNotFoundError, tasksFrom, Thread } from "@heddle/node-threads";
 *
 * const { nowhere } = tasksFrom<{ nowhere(): void }>("node:path");
 * try {
 *   await new Thread(nowhere).start().result;
 * } catch (error) {
 *   console.log(error instanceof TaskNotFoundError); // true
 * }
 * ```
 */
export class TaskNotFoundError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_TASK_NOT_FOUND", message, options);
  }

  /** `"TaskNotFoundError"`, in a program that was minified, too. */
  static override readonly name: string = /* @__PURE__ */ nameClass(this, "TaskNotFoundError");
}

/**
 * An instance of a registered class arrived in a worker that has not registered the class. Register it in a module that the worker loads:
 * that of the task's function, or one that it imports.
 *
 * @example
 * ```ts
 * import { ClassNotFoundError, inline, registerClass, Thread } from "@heddle/node-threads";
 *
 * class Point {
 *   x = 1;
 * }
 * registerClass(Point);
 *
 * // The function stands alone: nothing registers the class there.
 * const thread = new Thread(inline((point: Point) => point.x), { args: [new Point()] }).start();
 * console.log(await thread.result.catch((error) => error instanceof ClassNotFoundError)); // true
 * ```
 */
export class ClassNotFoundError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_CLASS_NOT_FOUND", message, options);
  }

  /** `"ClassNotFoundError"`, in a program that was minified, too. */
  static override readonly name: string = /* @__PURE__ */ nameClass(this, "ClassNotFoundError");
}

/**
 * A function given to `inline` uses names from outside, which it would not find in another worker. Give it what it needs as arguments,
 * import inside it, or make it a `task`.
 *
 * @example
 * ```ts
 * import { FreeVariableError, inline } from "@heddle/node-threads";
 *
 * const factor = 2;
 * try {
 *   inline((n: number) => n * factor);
 * } catch (error) {
 *   if (!(error instanceof FreeVariableError)) throw error;
 *   console.log(error.names); // [ 'factor' ]
 * }
 * ```
 */
export class FreeVariableError extends HeddleError {
  /** The names that the function uses and does not define. */
  readonly names: readonly string[];

  constructor(message: string, names: readonly string[], options?: HeddleErrorOptions) {
    super("HEDDLE_FREE_VARIABLE", message, options);
    this.names = names;
  }

  /** `"FreeVariableError"`, in a program that was minified, too. */
  static override readonly name: string = /* @__PURE__ */ nameClass(this, "FreeVariableError");
}

/**
 * A value cannot be sent to another worker, such as a function, a symbol or a promise. Nothing of the message was sent. Send data in its
 * place, a task instead of a function, or use `transfer` for what can only be moved.
 *
 * A value of any realm (a `node:vm` context, a test environment) arrives as `structuredClone` copies it. Plain objects, arrays, Map, Set,
 * Date, RegExp, errors and cycles of them arrive. So do ArrayBuffers and their views, bigints and boxed primitives. An instance of a class
 * arrives as a plain object of its enumerable properties, unless the class is registered. Heddle's shared objects and tasks arrive as the
 * same ones, and a Node `Buffer` as a Buffer with its own bytes.
 *
 * Everything that would arrive as an empty object is refused. Examples are a WebAssembly.Memory, an Intl or Temporal object, an iterator,
 * and a Proxy of a built-in object. So are a Pool, a TaskGroup, a worker, a Future, the guard of a lock, and the buffer of a SharedArray.
 * Parts of an error that cannot be sent are left out, at any depth, wherever the error is. An item of an array is undefined in their place.
 *
 * @example
 * ```ts
 * import { Queue, SendError } from "@heddle/node-threads";
 *
 * try {
 *   new Queue().putNowait({ onDone: () => {} });
 * } catch (error) {
 *   if (!(error instanceof SendError)) throw error;
 *   console.log(error.path); // item.onDone
 * }
 * ```
 */
export class SendError extends HeddleError {
  /** Where the value is, such as `args[0].options.onDone`. */
  readonly path: string;

  constructor(message: string, path: string, options?: HeddleErrorOptions) {
    super("HEDDLE_SEND", message, options);
    this.path = path;
  }

  /** `"SendError"`, in a program that was minified, too. */
  static override readonly name: string = /* @__PURE__ */ nameClass(this, "SendError");
}
