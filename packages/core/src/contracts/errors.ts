/**
 * Every error that Heddle throws of its own. Wrong arguments are plain `TypeError` and `RangeError`, without a code.
 *
 * Codes are stable across major versions, messages are not: test `error.code`, or `instanceof` where the class is at hand.
 * An error that crosses to another worker arrives there as an instance of the same class (see kernel/message).
 */
export { CallbackClosedError } from "./call-errors.js";
export { HeddleError, type HeddleErrorOptions, TimeoutError } from "./error.js";
export * from "./lock-errors.js";
export * from "./memory-errors.js";
export * from "./queue-errors.js";
export * from "./task-errors.js";
export * from "./worker-errors.js";
