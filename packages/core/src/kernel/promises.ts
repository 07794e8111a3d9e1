import { typeError } from "../contracts/wrong-use.js";

export const isThenable = <T>(value: T): value is T & Promise<Awaited<T>> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === "function";

/** The result of a user's function, where nothing waits for a promise. Throws TypeError for one, whose rejection then counts as handled. */
export function refusePromise<T>(value: T, what: string): T {
  if (!isThenable(value)) return value;
  value.then(undefined, () => {});
  throw typeError(`${what} gave a promise, which nothing here can wait for`);
}
