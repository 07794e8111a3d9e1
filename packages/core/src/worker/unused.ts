import { callSite, type Site, stackText } from "../contracts/frames.js";
import { tellWarning, warningAt } from "../kernel/warnings.js";

/** A program that makes any number of them, and uses few, is not kept from having the others collected. */
const MOST = 10;

interface Made {
  readonly message: string;
  readonly site: Site;
}

/**
 * Things that the program has made and not used yet: workers that were not started, iterators of a pool that nobody has read. Once this
 * worker's event loop has nothing left to do, they never will be. The program is then warned where it made them.
 */
export class Unused {
  readonly #made = new Set<Made>();

  /**
   * Adds something; the returned function takes it out, as it was used. Without a `site` of the caller's, its text alone is kept. An unread
   * stack keeps what its functions refer to: the worker that is being made, and with it the objects among its arguments.
   */
  add(message: string, site: Site = { stack: stackText(callSite()) }): () => void {
    if (this.#made.size === MOST) return () => {};
    const made = { message, site };
    this.#made.add(made);
    return () => void this.#made.delete(made);
  }

  tell(): void {
    const made = [...this.#made];
    this.#made.clear();
    for (const { message, site } of made) tellWarning(warningAt(message, site));
  }
}
