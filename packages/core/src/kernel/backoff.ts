const MOST_SKIPPED_BITS = 6;

/**
 * How often to try again what has failed: the more tries fail, the more are left out before the next. A success takes back one failure, so
 * that what succeeds now and then stays rare.
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
    if (this.#failures === 0) return;
    this.#failures--;
    this.#leaveOut();
  }

  failed(): void {
    this.#failures = Math.min(this.#failures + 1, MOST_SKIPPED_BITS);
    this.#leaveOut();
  }

  #leaveOut(): void {
    this.#skips = 2 ** this.#failures - 1;
  }
}
