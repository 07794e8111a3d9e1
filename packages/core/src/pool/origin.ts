import { HeddleError } from "../contracts/errors.js";
import { beginAtOnce, callSite, type Site } from "../contracts/frames.js";
import type { Carrier } from "../contracts/instrumentation.js";
import type { TaskRef } from "../contracts/task.js";
import { typeError } from "../contracts/wrong-use.js";
import { describe } from "../kernel/arguments.js";
import { warnOfOneArray } from "../task/one-array.js";
import { carrierFor } from "../worker/instrumented.js";
import { checkIterable } from "./stream.js";

/** Where the program called a method whose calls are made later. */
export interface Origin {
  /** Undefined while the program's call is on the stack. */
  readonly site: Site | undefined;
  readonly carrier: Carrier | undefined;
}

export const originOf = (ref: TaskRef): Origin => ({ site: callSite(), carrier: carrierFor(ref) });

/** The result of `act`. An error of Heddle's that it throws begins at the call, which may have returned. */
export function calledAt<T>(site: Site | undefined, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof HeddleError ? beginAtOnce(error, site) : error;
  }
}

/** Throws TypeError for an item of `starmap` that is no list of arguments. */
export function checkArguments(item: unknown): void {
  if (!Array.isArray(item)) throw typeError(`An item of starmap is an array of arguments, not ${describe(item)}`);
}

/** Warns if the task, which is called with one item at a time, needs more. Throws TypeError for items that are not iterable. */
export function checkItems(task: unknown, items: unknown): void {
  if (task !== undefined && Array.isArray(items))
    warnOfOneArray(task, [items[0]], () => "a task of one array, ([a, b]) => …");
  checkIterable(items);
}

/** `Promise.withResolvers`, which Node 20 does not have. */
export function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: unknown) => void } {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}
