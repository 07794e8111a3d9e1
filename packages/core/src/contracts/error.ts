import { beginAtCaller, recordNoStack } from "./frames.js";

/**
 * Options of every Heddle error.
 *
 * @example
 * ```ts
 * import { HeddleError, type HeddleErrorOptions } from "@heddle/node-threads";
 *
 * export class ImportError extends HeddleError {
 *   constructor(message: string, options?: HeddleErrorOptions) {
 *     super("SHOP_IMPORT", message, options);
 *   }
 * }
 * ```
 */
export interface HeddleErrorOptions {
  /** The cause, as of any Error. */
  cause?: unknown;
}

/**
 * The base class of Heddle's errors. Test `code`, or use `instanceof`: messages may change in any version.
 *
 * @example
 * ```ts
 * import { HeddleError, Queue } from "@heddle/node-threads";
 *
 * try {
 *   new Queue().getNowait();
 * } catch (error) {
 *   if (!(error instanceof HeddleError)) throw error;
 *   console.log(error.code); // HEDDLE_QUEUE_EMPTY
 * }
 * ```
 */
export class HeddleError extends Error {
  /** Which error it is, such as `"HEDDLE_TIMEOUT"`. Codes are stable across major versions. */
  readonly code: string;

  constructor(code: string, message: string, options?: HeddleErrorOptions) {
    // Its stack is recorded once, as it is to be shown.
    const restore = recordNoStack();
    super(message, options);
    restore();
    this.code = code;
    beginAtCaller(this);
  }

  /** `"HeddleError"`, in a program that was minified, too. */
  static override readonly name: string = /* @__PURE__ */ nameClass(this, "HeddleError");
}

/**
 * The timeout of a wait, or of a pool task, has passed. Nothing was acquired. Methods that return a boolean, such as `acquire`, return
 * false instead.
 *
 * @example
 * ```ts
 * import { Lock, TimeoutError } from "@heddle/node-threads";
 *
 * const lock = new Lock();
 * lock.acquireSync();
 * try {
 *   await lock.hold({ timeout: 10 });
 * } catch (error) {
 *   console.log(error instanceof TimeoutError); // true
 * }
 * ```
 */
export class TimeoutError extends HeddleError {
  constructor(message: string, options?: HeddleErrorOptions) {
    super("HEDDLE_TIMEOUT", message, options);
  }

  /** `"TimeoutError"`, in a program that was minified, too. */
  static override readonly name: string = /* @__PURE__ */ nameClass(this, "TimeoutError");
}

/**
 * Gives a class of errors, and its instances, their `name`: in a program that was minified, too. Instances of the class of that name in
 * another copy of this package are instances of this one, too. A mark on its prototype tells them. Such a copy is the package's other half,
 * for `require`.
 *
 * Call it in a static field that is marked as pure, and in no static block: a bundler keeps every class with a static block.
 */
export function nameClass(errorClass: { prototype: object }, name: string): string {
  const mark = markOf(name);
  // On the prototype, as the built-in errors have it, so that `name` is no own property of each instance.
  Object.defineProperty(errorClass.prototype, "name", { value: name, writable: true, configurable: true });
  Object.defineProperty(errorClass.prototype, mark, { value: true });
  Object.defineProperty(errorClass, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      try {
        if (Function.prototype[Symbol.hasInstance].call(this, value)) return true;
        // A class that extends this one inherits this method: a value with the mark need not be its instance.
        return this === errorClass && typeof value === "object" && value !== null && mark in value;
      } catch {
        // A Proxy that was revoked, or whose traps throw: anything may be thrown, or be the reason of a signal.
        return false;
      }
    },
    configurable: true,
  });
  return name;
}

/** The name of the property that says of a class of errors, in any copy, which it is. */
export function markOf(name: string): symbol {
  return Symbol.for(`heddle error ${name}`);
}
