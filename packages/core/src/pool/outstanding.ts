import { CLAIMS } from "../kernel/layout.js";
import type { Call } from "./call.js";

/** Numbers wrap here; they stay far enough apart to tell apart. */
const NUMBERS = 2 ** 28;

/**
 * The calls that were posted on a link and are not answered, in the order in which they were posted, which is that of their numbers. Each has the
 * place that its claim has: places are reused in a circle, so a call that takes long holds the place of the one that comes round next.
 */
export class Outstanding implements Iterable<Call> {
  readonly #places: (Call | undefined)[] = new Array<Call | undefined>(CLAIMS).fill(undefined);
  #next = 0;
  /** No call was posted before this one. Looked for only when it matters. */
  #oldest = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Whether the next call's place is free, and all after it. */
  get hasPlace(): boolean {
    if (this.#span < CLAIMS) return true;
    this.#findOldest();
    return this.#span < CLAIMS;
  }

  /** Gives a call its number; there is a place for it. */
  add(call: Call): number {
    const number = this.#next;
    this.#next = (number + 1) % NUMBERS;
    this.#places[number % CLAIMS] = call;
    this.#size++;
    call.number = number;
    return number;
  }

  get(number: number): Call | undefined {
    const call = this.#places[number % CLAIMS];
    return call?.number === number ? call : undefined;
  }

  remove(call: Call): void {
    this.#places[call.number % CLAIMS] = undefined;
    this.#size--;
  }

  *[Symbol.iterator](): Generator<Call> {
    this.#findOldest();
    for (let number = this.#oldest; number !== this.#next; number = (number + 1) % NUMBERS) {
      const call = this.#places[number % CLAIMS];
      if (call !== undefined) yield call;
    }
  }

  /** How many calls were posted since the oldest. */
  get #span(): number {
    return (this.#next - this.#oldest + NUMBERS) % NUMBERS;
  }

  #findOldest(): void {
    while (this.#oldest !== this.#next && this.#places[this.#oldest % CLAIMS] === undefined) {
      this.#oldest = (this.#oldest + 1) % NUMBERS;
    }
  }
}
