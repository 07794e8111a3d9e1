import type { Future } from "../contracts/future.js";

type AnyFuture = Future<unknown>;

/** The callbacks of each future. A promise cannot forget a callback, so each gets one of ours. */
const watchers = new WeakMap<AnyFuture, Set<() => void>>();

export const hasSettled = ({ state }: AnyFuture): boolean => state !== "pending" && state !== "running";

/** An error of the task's, or of its worker's: a cancelled task has not failed. */
export const hasFailed = ({ state }: AnyFuture): boolean => state === "rejected";

/** Calls `hear` once the future has settled, unless the returned function is called first, which leaves nothing behind. */
export function onSettled(future: AnyFuture, hear: () => void): () => void {
  let hearers = watchers.get(future);
  if (hearers === undefined) {
    const all = new Set<() => void>();
    hearers = all;
    watchers.set(future, all);
    const tell = (): void => {
      watchers.delete(future);
      for (const each of all) each();
    };
    future.then(tell, tell);
  }
  // A function of its own for each call, so that the same one may hear twice.
  const once = (): void => hear();
  hearers.add(once);
  return () => hearers.delete(once);
}
