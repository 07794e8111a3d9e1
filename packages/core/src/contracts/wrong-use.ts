import { beginAtCaller, recordNoStack } from "./frames.js";

/** The errors of wrong use: the stack begins with the line of the program that made the call. */
export const typeError = (message: string): TypeError => fromCaller(() => new TypeError(message));

/** The same, where a value is of the right type and out of range. */
export const rangeError = (message: string): RangeError => fromCaller(() => new RangeError(message));

function fromCaller<E extends Error>(make: () => E): E {
  const restore = recordNoStack();
  const error = make();
  restore();
  beginAtCaller(error);
  return error;
}
