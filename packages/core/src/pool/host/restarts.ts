import type { BackgroundTimers } from "../../worker/background-timers.js";

/** The pause after the first failure; each one in a row doubles it. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/** When a pool may start another worker, after initializers have failed: each failure in a row makes it wait longer. */
export class Restarts {
  readonly #timers: BackgroundTimers;
  readonly #retries: number;
  /** The pause is over. */
  readonly #onReady: () => void;
  #failures = 0;
  #lastError: unknown;
  #stopPause: (() => void) | undefined;

  constructor(timers: BackgroundTimers, retries: number, onReady: () => void) {
    this.#timers = timers;
    this.#retries = retries;
    this.#onReady = onReady;
  }

  get mayStart(): boolean {
    return this.#stopPause === undefined;
  }

  /**
   * The last error, once so many starts in a row have failed that calls are not to wait for another one. It stays until another start may
   * be tried.
   */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failures > this.#retries && !this.mayStart ? { error: this.#lastError } : undefined;
  }

  failed(error: unknown): void {
    this.#lastError = error;
    this.stop();
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures++, LONGEST_PAUSE_MS);
    this.#stopPause = this.#timers.start(pause, () => {
      this.#stopPause = undefined;
      this.#onReady();
    });
  }

  succeeded(): void {
    this.#failures = 0;
    this.stop();
  }

  stop(): void {
    this.#stopPause?.();
    this.#stopPause = undefined;
  }
}
