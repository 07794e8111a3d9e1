import type { Future } from "../contracts/future.js";
import type { Call } from "./call.js";
import type { Chunk, Outcome } from "./stream.js";
import { failureIn, resultsIn } from "./wire/attempt.js";
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
  return sendInParts(items, (part) => {
    const { future, call } = submit(MODE_ATTEMPT, part);
    const origin = (thrown: unknown): unknown => (call === undefined ? thrown : call.withRemoteOrigin(thrown));
    const outcome = future.then((attempt) => outcomeOf(attempt as unknown[], origin), failed);
    return { outcome, cancel: (reason) => future.cancel(reason), isRefused: call === undefined };
  });
}

/** A chunk, and whether it was refused: then nothing of it was sent, nor moved. */
export interface Attempted extends Chunk {
  readonly isRefused: boolean;
}

/** Sends a chunk; one that is refused as its halves, up to the first item that is refused by itself. So items before that are sent. */
export function sendInParts(items: readonly unknown[], send: (items: readonly unknown[]) => Attempted): Attempted {
  const whole = send(items);
  if (!whole.isRefused || items.length === 1) return whole;
  const half = items.length >> 1;
  const first = sendInParts(items.slice(0, half), send);
  if (first.isRefused) return first;
  const second = sendInParts(items.slice(half), send);
  const join = async (outcome: Outcome): Promise<Outcome> => {
    if (outcome.failure !== undefined) return outcome;
    const { results, ...rest } = await second.outcome;
    return { results: [...outcome.results, ...results], ...rest };
  };
  const cancel = (reason: unknown): void => {
    // From the end: a worker that stops the first must not find the second one still there.
    second.cancel(reason);
    first.cancel(reason);
  };
  return { outcome: first.outcome.then(join), cancel, isRefused: false };
}

/** The outcome that an attempt tells of; `origin` adds to what was thrown where it comes from. */
export function outcomeOf(results: unknown[], origin = (thrown: unknown): unknown => thrown): Outcome {
  const failure = failureIn(results);
  results.length = resultsIn(results);
  return failure === undefined ? { results } : { results, failure: { error: origin(failure.error) } };
}

/** The outcome of a chunk that was refused, or whose worker has died. */
export const failed = (error: unknown): Outcome => ({ results: [], failure: { error } });
