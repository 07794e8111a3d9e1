import { clock } from "./clock.js";

const MOST_SKIPPED_BITS = 6;
/** Looks of a spin between two looks at the clock. */
const LOOKS = 50;

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

  /** Looks until `isThere` or the time is over, which is one try; true if it is there. */
  spin(isThere: () => boolean, deadline: number): boolean {
    do {
      for (let looks = 0; looks < LOOKS; looks++) {
        if (!isThere()) continue;
        // Later than that, this worker had lost its processor to another program: it had better slept.
        if (clock.now() < deadline) this.succeeded();
        else this.failed();
        return true;
      }
    } while (clock.now() < deadline);
    this.failed();
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
