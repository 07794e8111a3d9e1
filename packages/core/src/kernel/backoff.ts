const MOST_SKIPPED_BITS = 6;

/**
 * How often to try again what has failed: the more failures in a row, the more tries are left out before the next. One success
 * and every try is made again.
 */
export class Backoff {
  #failures = 0;
  #skips = 0;

  /** Whether it is time for a try; {@link succeeded} or {@link failed} must follow then. */
  isDue(): boolean {
    if (this.#skips === 0) return true;
    this.#skips--;
    return false;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  failed(): void {
    this.#failures = Math.min(this.#failures + 1, MOST_SKIPPED_BITS);
    this.#skips = 2 ** this.#failures - 1;
  }
}
