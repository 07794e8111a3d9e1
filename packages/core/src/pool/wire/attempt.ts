import { SendError } from "../../contracts/errors.js";
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

/** How the results of an attempt are packed. */
export interface AttemptPacker<P> {
  readonly pack: (attempt: Attempt) => P;
  /** Whether a getter, or a class's `pack`, throws as a result is packed by itself. Nothing is moved. */
  readonly throws: (result: unknown) => boolean;
  /** Something thrown, without what could not be sent with it. */
  readonly sendable: (thrown: unknown) => unknown;
}

/** An attempt, packed. The first result that cannot be sent fails in its place, and those before it are sent. */
export function packAttempt<P>(packer: AttemptPacker<P>, attempt: Attempt, place: number): P {
  try {
    return packer.pack(attempt);
  } catch (error) {
    const results = attempt.slice(0, resultsIn(attempt));
    const at = error instanceof SendError ? itemIn(error.path) - place : results.findIndex(packer.throws);
    if (!(at in results)) throw error;
    return packAttempt(packer, [...results.slice(0, at), packer.sendable(error), true], place);
  }
}

/** The place of the item that a path begins with. */
const itemIn = (path: string): number => Number(/^result\[(\d+)\]/.exec(path)?.[1]);
