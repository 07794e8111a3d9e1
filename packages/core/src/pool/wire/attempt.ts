import type { Items } from "../../kernel/message/index.js";

/**
 * The outcome of a chunk whose results count up to the first failure. First come the results, then the error if there was one, and last
 * whether there was one. It is one list: so the path of a SendError tells the place of a result.
 */
export type Attempt = readonly [...results: unknown[], hasThrown: boolean];

/** An attempt that has arrived. A result that cannot be made here fails in its place; an error comes without the parts that cannot. */
export function attemptOf({ items, broken }: Items): unknown[] {
  if (broken === undefined) return items;
  const { at, why } = broken;
  const isError = items.at(-1) === true && at === items.length - 2;
  return [...items.slice(0, at), isError ? (items[at] ?? why) : why, true];
}

/** The error that has ended a chunk, if one has. */
export const failureIn = (attempt: readonly unknown[]): { readonly error: unknown } | undefined =>
  attempt.at(-1) === true ? { error: attempt.at(-2) } : undefined;

/** How many results an attempt has. */
export const resultsIn = (attempt: readonly unknown[]): number =>
  attempt.length - (failureIn(attempt) === undefined ? 1 : 2);
