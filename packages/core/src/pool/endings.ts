import type { Future } from "../contracts/future.js";

type AnyFuture = Future<unknown>;

/** Who waits for the end of each future: a promise cannot forget who has asked it, so it is asked but once. */
const watchers = new WeakMap<AnyFuture, Set<() => void>>();

export const hasEnded = ({ state }: AnyFuture): boolean => state !== "pending" && state !== "running";

/** An error of the task's, or of its worker's: a cancelled task has not failed. */
export const hasFailed = ({ state }: AnyFuture): boolean => state === "rejected";

/** Calls `hear` once the future has ended, unless the returned function is called first, which leaves no trace. */
export function onEnd(future: AnyFuture, hear: () => void): () => void {
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
