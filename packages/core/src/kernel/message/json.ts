import { SendError } from "../../contracts/errors.js";

/** The value's JSON. Throws SendError for what is longer than a string can be. */
export function jsonOf(value: unknown, root: string): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw tooLong(cause, root);
  }
}

/** The JSON of a list of the value alone: the list itself would cost as much as a short value. */
export function listOf(value: unknown, root: string): string {
  try {
    return `[${JSON.stringify(value)}]`;
  } catch (cause) {
    throw tooLong(cause, root);
  }
}

function tooLong(cause: unknown, root: string): unknown {
  if (!(cause instanceof RangeError)) return cause;
  const why = "as text it is longer than a string may be, which is some 500 million characters";
  return new SendError(`${root}: ${why}`, root, { cause });
}
