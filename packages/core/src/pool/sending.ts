import type { Future } from "../contracts/future.js";
import type { Call } from "./call.js";
import type { Chunk, Outcome } from "./stream.js";
import { MODE_ATTEMPT, MODE_CALL } from "./wire/entries.js";

/** A future and its call, which is undefined if the call was refused: then the future is rejected. */
export interface Submitted {
  readonly future: Future<unknown>;
  readonly call: Call | undefined;
}

export type Submit = (mode: number, items: readonly unknown[]) => Submitted;

/** How a stream's chunks are sent: an item alone is a call like any other. */
export function sender(submit: Submit, chunkSize: number): (items: readonly unknown[]) => Chunk {
  return chunkSize === 1 ? (items) => sendItem(submit, items) : (items) => sendChunk(submit, items);
}

function sendItem(submit: Submit, item: readonly unknown[]): Chunk {
  const { future } = submit(MODE_CALL, item);
  const outcome = future.then((result): Outcome => ({ results: [result] }), failed);
  return { outcome, cancel: (reason) => future.cancel(reason) };
}

function sendChunk(submit: Submit, items: readonly unknown[]): Chunk {
  const { future, call } = submit(MODE_ATTEMPT, items);
  const outcome = future.then((attempt): Outcome => {
    const results = attempt as unknown[];
    const hasThrown = results.pop() as boolean;
    if (!hasThrown) return { results };
    const thrown = results.pop();
    return { results, failure: { error: call === undefined ? thrown : call.withRemoteOrigin(thrown) } };
  }, failed);
  return { outcome, cancel: (reason) => future.cancel(reason) };
}

const failed = (error: unknown): Outcome => ({ results: [], failure: { error } });
