import { Backoff } from "../../kernel/backoff.js";
import { clock } from "../../kernel/clock.js";
import { canSpin, type Kernel } from "../../kernel/kernel.js";
import type { Link } from "./link.js";

/** How long to look for an answer before going to sleep, and how short a task must be for that to pay. */
const SPIN_MS = 0.06;
const WORTH_SPINNING_MS = 0.03;
/** Looks at the rings between two looks at the clock. */
const LOOKS = 50;
/** How long answers may be awaited awake, one after another, before the event loop gets its turn. */
const TURN_MS = 10;
/** Only a few calls are worth it: with more under way the workers need the CPU more than we do. */
const MOST_CALLS_SPUN_FOR = 2;

/** A pool's look for an answer that will be there in a moment, before it goes to sleep. */
export class AnswerSpin {
  readonly #kernel: Kernel;
  readonly #maySpin: boolean;
  /** Where pool and worker share a processor, the worker does not get on until the pool sleeps. */
  readonly #backoff = new Backoff();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#maySpin = canSpin(kernel.adapter);
  }

  isWorth(links: Iterable<Link>, unsettled: number): boolean {
    if (!this.#maySpin || unsettled === 0 || unsettled > MOST_CALLS_SPUN_FOR) return false;
    if (clock.now() - this.#kernel.bell.turnStart > TURN_MS) return false;
    for (const link of links) if (!link.isIdle && link.pace < WORTH_SPINNING_MS) return this.#backoff.isDue();
    return false;
  }

  /** True if there is an answer to read. */
  until(links: Iterable<Link>): boolean {
    const deadline = clock.now() + SPIN_MS;
    do {
      for (let looks = 0; looks < LOOKS; looks++) {
        for (const link of links) {
          if (link.isQuiet) continue;
          this.#backoff.succeeded();
          return true;
        }
      }
    } while (clock.now() < deadline);
    this.#backoff.failed();
    return false;
  }
}
