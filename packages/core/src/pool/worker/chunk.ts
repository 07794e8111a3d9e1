import type { Kernel } from "../../kernel/kernel.js";
import { roomFor } from "../../kernel/lists.js";
import type { Items } from "../../kernel/message/index.js";
import { isThenable } from "../../kernel/promises.js";
import type { AnyFunction } from "../../task/definitions.js";
import type { Attempt } from "../wire/attempt.js";

/** Calls `fn` with one item after another until `isStopped`; a promise as soon as one of the results is. They go into `results` in order. */
export function applyToEach(
  fn: AnyFunction,
  items: readonly unknown[],
  isStopped: () => boolean,
  results: unknown[] = roomFor(items.length),
): unknown[] | Promise<unknown[]> {
  const from = (index: number): unknown[] | Promise<unknown[]> => {
    let i = index;
    for (; i < items.length && !isStopped(); i++) {
      const value = fn(items[i]);
      // Most results are of one kind, and a number is told sooner than that it has no `then`.
      if (typeof value !== "number" && isThenable(value)) {
        return Promise.resolve(value).then((result) => {
          results[i] = result;
          return from(i + 1);
        });
      }
      results[i] = value;
    }
    results.length = i;
    return results;
  };
  return from(0);
}

/**
 * As {@link applyToEach}. The error of an item ends the chunk, and is given together with the results before it. So does an item that could
 * not be made here.
 */
export function attemptEach(
  kernel: Kernel,
  fn: AnyFunction,
  { items, broken }: Items,
  isStopped: () => boolean,
): Attempt | Promise<Attempt> {
  const results: unknown[] = [];
  const fail = (thrown: unknown): Attempt => [...results, sendable(kernel, thrown), true];
  try {
    const all = applyToEach(fn, broken === undefined ? items : items.slice(0, broken.at), isStopped, results);
    const end = (): Attempt => (broken === undefined ? [...results, false] : fail(broken.why));
    return isThenable(all) ? all.then(end, fail) : end();
  } catch (thrown) {
    return fail(thrown);
  }
}

/** Something thrown without what could not be sent with it: as a part of a result, it would make the whole of it fail. */
export function sendable(kernel: Kernel, thrown: unknown): unknown {
  const { text, blobs, references } = kernel.codec.packThrown(thrown);
  return kernel.codec.openThrownAndRelease({ body: JSON.parse(text), blobs, references });
}
