import type { Culprit } from "../worker/boot.js";

/** Names of tasks that are kept, for the one of them that leaves an error behind. */
const MOST_NAMES = 8;

/** The tasks of a worker one of which an error comes from that nothing has caught there. */
export class Suspects {
  /** Whose error it is, if the worker could tell. */
  culprit: Culprit | undefined;
  /** The tasks that it has run, each name once, the last one at the end. */
  readonly #ran: string[] = [];

  /** A task of that name has ended. */
  noteRun(name: string): void {
    if (this.#ran.at(-1) === name) return;
    const known = this.#ran.indexOf(name);
    if (known >= 0) this.#ran.splice(known, 1);
    else if (this.#ran.length === MOST_NAMES) this.#ran.shift();
    this.#ran.push(name);
  }

  /** Those that may have left the error behind, the last one first: where it is known whose it is, that one alone. */
  get names(): readonly string[] {
    return this.culprit === undefined ? [...this.#ran].reverse() : [this.culprit.task];
  }
}
