import { failureOf } from "./suite.js";

/** The result of an iterator at its end. */
export const DONE = { done: true, value: undefined };

/** An iterable that tells how much of it was read, and whether it was closed. */
export class Source<T> implements Iterable<T> {
  read = 0;
  isClosed = false;
  isAtItsEnd = false;
  readonly #items: Iterable<T>;
  readonly #onClose: () => void;

  constructor(items: Iterable<T>, onClose: () => void = () => {}) {
    this.#items = items;
    this.#onClose = onClose;
  }

  *[Symbol.iterator](): Generator<T> {
    try {
      for (const item of this.#items) {
        this.read++;
        yield item;
      }
      this.isAtItsEnd = true;
    } finally {
      this.isClosed = true;
      this.#onClose();
    }
  }
}

/** The whole numbers from 0. */
export function* endless(): Generator<number> {
  for (let n = 0; ; n++) yield n;
}

/** The same items, each in a turn of its own. */
export async function* later<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    yield item;
  }
}

export async function all<T>(results: AsyncIterable<T>): Promise<T[]> {
  const given: T[] = [];
  for await (const result of results) given.push(result);
  return given;
}

/** The values that an iteration gives before it fails, and its error. */
export async function untilFailure<T>(results: AsyncIterable<T>): Promise<{ given: T[]; error: unknown }> {
  const given: T[] = [];
  const error = await failureOf(async () => {
    for await (const result of results) given.push(result);
  });
  return { given, error };
}
