import { CLAIMS } from "../../kernel/layout.js";
import type { Call, Destination } from "../call.js";

/** Generations of a place. A number is its place and, times {@link CLAIMS}, the generation: no two calls that are under way share one. */
const GENERATIONS = 2 ** 28 / CLAIMS;
/** Stands before the first place of a list, and behind the last. */
const END = CLAIMS;

/**
 * The calls that were posted on a link and are not answered, in the order in which they were posted. Each has the index of its claim. Free
 * indices are used in the order in which they were freed, so that a number is not used again for long.
 */
export class InFlight implements Iterable<Call> {
  readonly #destination: Destination;
  readonly #calls: (Call | undefined)[] = new Array<Call | undefined>(CLAIMS).fill(undefined);
  readonly #generations = new Uint32Array(CLAIMS);
  /** Free indices, in a ring, from the one that is used next. */
  readonly #free = Uint16Array.from({ length: CLAIMS }, (_, place) => place);
  #nextFree = 0;
  /** The calls in order: which place comes after, and before, another one. */
  readonly #after = new Uint16Array(CLAIMS + 1).fill(END);
  readonly #before = new Uint16Array(CLAIMS + 1).fill(END);
  #size = 0;

  constructor(destination: Destination) {
    this.#destination = destination;
  }

  get size(): number {
    return this.#size;
  }

  get hasSpace(): boolean {
    return this.#size < CLAIMS;
  }

  /** Gives a call its number; there is a place for it. */
  add(call: Call): number {
    const place = this.#free[this.#nextFree] as number;
    this.#nextFree = (this.#nextFree + 1) % CLAIMS;
    this.#size++;
    this.#calls[place] = call;
    const last = this.#before[END] as number;
    this.#after[last] = place;
    this.#before[place] = last;
    this.#after[place] = END;
    this.#before[END] = place;
    const number = (this.#generations[place] as number) * CLAIMS + place;
    call.postedOn(this.#destination, number);
    return number;
  }

  get(number: number): Call | undefined {
    const call = this.#calls[number % CLAIMS];
    return call?.number === number ? call : undefined;
  }

  remove({ number }: Call): void {
    const place = number % CLAIMS;
    this.#calls[place] = undefined;
    this.#generations[place] = ((this.#generations[place] as number) + 1) % GENERATIONS;
    const before = this.#before[place] as number;
    const after = this.#after[place] as number;
    this.#after[before] = after;
    this.#before[after] = before;
    this.#free[(this.#nextFree + CLAIMS - this.#size) % CLAIMS] = place;
    this.#size--;
  }

  *[Symbol.iterator](): Generator<Call> {
    for (let place = this.#after[END] as number; place !== END; ) {
      const call = this.#calls[place] as Call;
      // Read first: the call may be removed before the next one is asked for.
      place = this.#after[place] as number;
      yield call;
    }
  }
}
