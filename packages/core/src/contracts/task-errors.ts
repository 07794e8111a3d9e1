import { HeddleError, type HeddleErrorOptions, nameClass } from "./error.js";

/**
 * The worker found no task under that module and name. Tasks are defined at a module's top level, so that evaluating the
 * module anywhere defines them. If the module did not load, the `cause` is why.
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

  static {
    nameClass(this, "TaskNotFoundError");
  }
}

/**
 * An instance has arrived of a class that was registered where it was sent, and is not here. Import the module that registers it:
 * the one that the task's function is in, or one that this imports.
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

  static {
    nameClass(this, "ClassNotFoundError");
  }
}

/**
 * A function given to `inline` uses names from outside itself, which it would not find in another worker. Give it what it
 * needs as arguments, import inside it, or make it a `task`.
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

  static {
    nameClass(this, "FreeVariableError");
  }
}

/**
 * Something cannot be sent to another worker, such as a function, a symbol or a promise. Nothing of it was sent: put data
 * in its place, a task instead of a function, or for what can only be moved use `transfer`.
 *
 * What is sent arrives as `structuredClone` copies it, from whichever realm (a `node:vm` context, a test environment) it comes:
 * plain objects, arrays, Map, Set, Date, RegExp, errors, ArrayBuffers and their views, bigints, boxed primitives, with their circles.
 * An instance of a program's own class arrives as a plain object of its enumerable properties. Beyond that, Heddle's shared objects and
 * tasks arrive as the same ones, and a Node `Buffer` as a Buffer with its own bytes. Whatever else would arrive as an empty object is
 * refused: a WebAssembly.Memory, an Intl or Temporal object, an iterator, a Proxy of a built-in object, a Pool, a TaskGroup, a worker,
 * a Future, a guard of a lock, the buffer under a SharedArray. Of an error that a task throws, the parts that cannot be sent are left out,
 * at any depth, and an item of an array is undefined in their place.
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
  /** Where it sits, such as `args[0].options.onDone`. */
  readonly path: string;

  constructor(message: string, path: string, options?: HeddleErrorOptions) {
    super("HEDDLE_SEND", message, options);
    this.path = path;
  }

  static {
    nameClass(this, "SendError");
  }
}
