import type { Site } from "../contracts/frames.js";
import { tellWarning, warningAt, warningOf } from "../kernel/warnings.js";

/** A program that makes any number of them, and uses few, is not kept from having the others collected. */
const MOST = 10;

/** The text of a warning. An error keeps what its frames refer to: a worker, and with it the objects among its arguments. */
interface Made {
  readonly message: string;
  readonly stack: string;
}

/**
 * Things that the program has made and not used yet: workers that were not started, iterators of a pool that nobody has read. Once this
 * worker's event loop has nothing left to do, they never will be. The program is then warned where it made them.
 */
export class Unused {
  readonly #made = new Set<Made>();

  /** Adds something; the returned function takes it out, as it was used. */
  add(message: string, site?: Site): () => void {
    if (this.#made.size === MOST) return () => {};
    const made = { message, stack: String(warningAt(message, site).stack) };
    this.#made.add(made);
    return () => void this.#made.delete(made);
  }

  tell(): void {
    const made = [...this.#made];
    this.#made.clear();
    for (const { message, stack } of made) tellWarning(warningOf(message, stack));
  }
}
