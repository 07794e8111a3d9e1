import type { Queue } from "../../contracts/queue.js";
import { typeError } from "../../contracts/wrong-use.js";
import type { AnyFunction } from "../../task/definitions.js";

/**
 * Runs a generator task, and puts the values that it yields into the queue that came as its last argument. It puts one value at a time, as
 * a value must not wait here while the generator works on the next. Where the queue is full, the generator is not resumed.
 */
export async function pumpGenerator(
  fn: AnyFunction,
  args: readonly unknown[],
  signal: AbortSignal,
  isStopped: () => boolean,
): Promise<void> {
  const queue = args.at(-1) as Queue;
  const values = await fn(...args.slice(0, -1));
  if (!isIterable(values)) {
    throw typeError(`iterate needs a task that gives something to iterate over, not ${describe(values)}`);
  }
  // Leaving the loop runs the generator's `finally`.
  for await (const value of values) {
    // Asked for at each step: a generator that never awaits gives the event loop no turn to hear of it.
    if (isStopped()) return;
    try {
      await queue.put(value, { signal });
    } catch (error) {
      // Returning, not throwing: that way what `finally` throws is not lost.
      if (signal.aborted) return;
      throw error;
    }
  }
}

const isIterable = (value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> =>
  typeof value === "object" && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);

const describe = (value: unknown): string => (value === null ? "null" : typeof value);
