import { HeddleError, type HeddleErrorOptions, nameClass } from "./error.js";

/**
 * The worker that made a callback has disposed of it: the call was not made.
 *
 * @example
 * ```ts
 * import { CallbackClosedError, callback } from "@heddle/node-threads";
 *
 * const say = callback((word: string) => word);
 * say.dispose();
 * try {
 *   await say("late");
 * } catch (error) {
 *   // Here it was disposed of. Another worker that has it gets a CallbackClosedError.
 *   console.log(error instanceof CallbackClosedError, (error as Error).name); // false DisposedError
 * }
 * ```
 */
export class CallbackClosedError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_CALLBACK_CLOSED", message, options);
  }

  /** `"CallbackClosedError"`, in a program that was minified, too. */
  static override readonly name: string = /* @__PURE__ */ nameClass(this, "CallbackClosedError");
}
