import { Backoff } from "./backoff.js";

const FEWEST_LOOKS = 50;
/** A look takes some 10 ns: the most take about as long as it takes to fall asleep and be woken. */
const MOST_LOOKS = 4000;
const RISE = 8;
/** A sleep shorter than this was hardly more than falling asleep and being woken. */
const SHORT_SLEEP_MS = 0.1;

/**
 * Looking for something again and again instead of sleeping until it is there: waking a worker costs as much as thousands of looks. Longer
 * where that has paid or would have, and shorter where it has not. On one processor there is none: the event waited for cannot happen
 * meanwhile. Nor can it where both of two workers happen to run on one of several. So the longest spins are tried more and more rarely
 * while they fail.
 *
 * A spin for as long as a sleep costs takes at most twice the least time. One that adapts takes less (Karlin, Li, Manasse and Owicki,
 * "Empirical studies of competitive spinning", SOSP 1991).
 */
export class Spin {
  /** Whether there is more than one processor. */
  readonly mayPay: boolean;
  readonly #longer = new Backoff();
  #looks = FEWEST_LOOKS;

  constructor(mayPay: boolean) {
    this.mayPay = mayPay;
  }

  /** Whether it came true while it was looked for. A look that gives undefined is the last, and nothing is learnt from it. */
  until(isDone: () => boolean | undefined): boolean {
    if (!this.mayPay) return false;
    for (let looks = 0; looks < this.#looks; looks++) {
      const isIt = isDone();
      if (isIt === undefined) return false;
      if (isIt) {
        this.#looks = Math.min(this.#looks * 2, MOST_LOOKS);
        this.#longer.succeeded();
        return true;
      }
    }
    if (this.#looks === MOST_LOOKS) this.#longer.failed();
    this.#looks = Math.max(this.#looks >> 1, FEWEST_LOOKS);
    return false;
  }

  /** It came true in a sleep that took `ms`: had that been a spin a little longer than the last, it might have paid. */
  slept(ms: number): void {
    if (ms < SHORT_SLEEP_MS && this.#longer.isDue()) this.#looks = Math.min(this.#looks * RISE, MOST_LOOKS);
  }
}
