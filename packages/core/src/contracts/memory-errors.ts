import { HeddleError, type HeddleErrorOptions, nameClass } from "./error.js";

/**
 * Shared memory has no room for a new object, even after garbage collection. Nothing was made. The message says how many bytes were needed,
 * and how many there are in all. Dispose of shared arrays and queues that are no longer needed (`using`, or `dispose()`), take items out of
 * queues, or share less at once.
 *
 * @example
 * ```ts
 * import { MemoryFullError, SharedArray } from "@heddle/node-threads";
 *
 * try {
 *   new SharedArray("f64", 2 ** 30); // 8 GiB
 * } catch (error) {
 *   console.log(error instanceof MemoryFullError); // true
 * }
 * ```
 */
export class MemoryFullError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_MEMORY_FULL", message, options);
  }

  /** `"MemoryFullError"`, in a program that was minified, too. */
  static override readonly name: string = /* @__PURE__ */ nameClass(this, "MemoryFullError");
}

/**
 * This worker has disposed of the object. Nothing was done.
 *
 * @example
 * ```ts
 * import { DisposedError, Queue } from "@heddle/node-threads";
 *
 * const queue = new Queue();
 * queue.dispose();
 * try {
 *   queue.putNowait("late");
 * } catch (error) {
 *   console.log(error instanceof DisposedError); // true
 * }
 * ```
 */
export class DisposedError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_DISPOSED", message, options);
  }

  /** `"DisposedError"`, in a program that was minified, too. */
  static override readonly name: string = /* @__PURE__ */ nameClass(this, "DisposedError");
}
