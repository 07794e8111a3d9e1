import type { KernelAdapter } from "../../contracts/adapter.js";
import { Backoff } from "../../kernel/backoff.js";
import type { Bell } from "../../kernel/bell.js";
import { clock } from "../../kernel/clock.js";
import { canSpin } from "../../kernel/kernel.js";
import type { Link } from "./link.js";

/** How long to look for an answer before going to sleep, and how short a task must be for that to pay. */
const SPIN_MS = 0.06;
const WORTH_SPINNING_MS = 0.03;
/** A worker that was not heard for so long may sleep in its event loop: to wake it takes longer than a spin. */
const AWAKE_MS = 1;
/** How long answers may be awaited awake, one after another, before the event loop gets its turn. */
const TURN_MS = 10;
/** Only a few calls are worth it: with more under way the workers need the CPU more than we do. */
const MOST_CALLS_SPUN_FOR = 2;

/** The facts of a worker that tell whether it answers soon. */
export type Awaited = Pick<Link, "isIdle" | "isQuiet" | "pace" | "heardAt">;

/** A pool's look for an answer that will be there in a moment, before it goes to sleep. */
export class AnswerSpin {
  readonly #bell: Pick<Bell, "turnStart">;
  readonly #maySpin: boolean;
  readonly #processors: number;
  /** Where pool and worker share a processor, the worker does not get on until the pool sleeps. */
  readonly #backoff = new Backoff();

  constructor(adapter: KernelAdapter, bell: Pick<Bell, "turnStart">) {
    this.#bell = bell;
    this.#maySpin = canSpin(adapter);
    this.#processors = adapter.host.availableParallelism();
  }

  /** Nothing is worth it that keeps a worker from a processor, or whose worker must wake up first. */
  isWorth(links: Iterable<Awaited>, unsettled: number): boolean {
    if (!this.#maySpin || unsettled === 0 || unsettled > MOST_CALLS_SPUN_FOR) return false;
    const now = clock.now();
    if (now - this.#bell.turnStart > TURN_MS) return false;
    // This worker takes one.
    let processors = this.#processors - 1;
    let isSoon = false;
    for (const link of links) {
      if (link.isIdle) continue;
      processors--;
      isSoon ||= link.pace < WORTH_SPINNING_MS && now - link.heardAt < AWAKE_MS;
    }
    return isSoon && processors >= 0 && this.#backoff.isDue();
  }

  /** True if there is an answer to read. */
  until(links: Iterable<Awaited>): boolean {
    const hasAnswer = (): boolean => {
      for (const link of links) if (!link.isQuiet) return true;
      return false;
    };
    return this.#backoff.spin(hasAnswer, clock.now() + SPIN_MS);
  }
}
