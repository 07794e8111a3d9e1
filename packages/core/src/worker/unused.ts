import type { Site } from "../contracts/frames.js";
import { tellWarning, warningAt } from "../kernel/warnings.js";

/** A program that makes any number of them, and uses few, is not kept from having the others collected. */
const MOST = 10;

/**
 * Things that the program has made and not used yet: workers that were not started, iterators of a pool that nobody has read. Once this
 * worker's event loop has nothing left to do, they never will be. The program is then warned where it made them.
 */
export class Unused {
  readonly #made = new Set<Error>();

  /** Adds something; the returned function takes it out, as it was used. */
  add(message: string, site?: Site): () => void {
    if (this.#made.size === MOST) return () => {};
    const warning = warningAt(message, site);
    // Until its stack is read, V8 keeps what the frames refer to: a worker, and with it the objects among its arguments.
    void warning.stack;
    this.#made.add(warning);
    return () => void this.#made.delete(warning);
  }

  tell(): void {
    const made = [...this.#made];
    this.#made.clear();
    for (const warning of made) tellWarning(warning);
  }
}
