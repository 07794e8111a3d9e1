import { clock } from "../../kernel/clock.js";
import type { BackgroundTimers } from "../../worker/background-timers.js";

export interface Rate {
  /** How many tasks may start at once, and in each interval on average. */
  readonly limit: number;
  /** In milliseconds. */
  readonly interval: number;
}

/** How often tasks may start: a token bucket, which is full at first (Turner, IEEE Communications Magazine 24, 1986, as a leaky bucket). */
export class RateLimit {
  readonly #rate: Rate;
  readonly #timers: BackgroundTimers;
  /** There is a token. */
  readonly #onReady: () => void;
  #tokens: number;
  #filledAt = clock.now();
  #stopTimer: (() => void) | undefined;

  constructor(rate: Rate, timers: BackgroundTimers, onReady: () => void) {
    this.#rate = rate;
    this.#timers = timers;
    this.#onReady = onReady;
    this.#tokens = rate.limit;
  }

  /** Whether a task may start now. If it may not, a timer tells when it may. */
  get mayStart(): boolean {
    this.#fill();
    if (this.#tokens >= 1) return true;
    const { limit, interval } = this.#rate;
    this.#stopTimer ??= this.#timers.start(((1 - this.#tokens) * interval) / limit, () => {
      this.#stopTimer = undefined;
      this.#onReady();
    });
    return false;
  }

  /** A task starts. */
  take(): void {
    this.#tokens--;
  }

  stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  #fill(): void {
    const { limit, interval } = this.#rate;
    const now = clock.now();
    this.#tokens = Math.min(limit, this.#tokens + ((now - this.#filledAt) * limit) / interval);
    this.#filledAt = now;
  }
}
