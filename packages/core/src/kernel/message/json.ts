import { SendError } from "../../contracts/errors.js";

/**
 * The JSON of plain data. A program may have given all objects a `toJSON`, as libraries older than JSON did. JSON asks it then, and the
 * replacer overrules it.
 */
export const textOf = (value: unknown): string =>
  "toJSON" in Array.prototype ? JSON.stringify(value, itself) : JSON.stringify(value);

function itself(this: Readonly<Record<string, unknown>>, key: string): unknown {
  return this[key];
}

/** The value's JSON. Throws SendError for what is longer than a string can be. */
export function jsonOf(value: unknown, root: string): string {
  try {
    return textOf(value);
  } catch (cause) {
    throw tooLong(cause, root);
  }
}

/** The JSON of a list of the value alone: the list itself would cost as much as a short value. */
export function listOf(value: unknown, root: string): string {
  try {
    return `[${textOf(value)}]`;
  } catch (cause) {
    throw tooLong(cause, root);
  }
}

function tooLong(cause: unknown, root: string): unknown {
  if (!(cause instanceof RangeError)) return cause;
  const why = "as text it is longer than a string may be, which is some 500 million characters";
  return new SendError(`${root}: ${why}`, root, { cause });
}
