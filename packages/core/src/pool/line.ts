import { clock } from "../kernel/clock.js";
import type { Call } from "./call.js";

/** Places in front of a rank that may stand empty before they are given back. */
const EMPTY_PLACES = 1024;
/** Calls that have left the line may stay in it while they are few, or fewer than those that wait. */
const FEW = 64;

/** Calls of one priority, in order. */
class Rank {
  readonly priority: number;
  calls: Call[] = [];
  first = 0;

  constructor(priority: number) {
    this.priority = priority;
  }

  removeFirst(): void {
    this.first++;
    if (this.first < EMPTY_PLACES || this.first * 2 < this.calls.length) return;
    this.calls.splice(0, this.first);
    this.first = 0;
  }
}

/** The calls that wait for a worker: higher priorities first, and first come first served among equals. */
export class Line {
  /** The highest priority first. */
  readonly #ranks: Rank[] = [];
  #size = 0;
  #bytes = 0;
  /** Settled calls that are skipped when their turn comes. */
  #gone = 0;

  get size(): number {
    return this.#size;
  }

  /** About how much the arguments of those that wait take. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether calls of more than one priority wait. */
  get isMixed(): boolean {
    return this.#ranks.length > 1;
  }

  push(call: Call): void {
    this.#rankOf(call.priority).calls.push(call);
    this.#size++;
    this.#bytes += call.bytes;
  }

  /** Puts calls that had left the line for a worker where they stood. */
  reinstate(calls: readonly Call[]): void {
    for (const call of calls) this.push(call);
    for (const priority of new Set(calls.map((call) => call.priority))) {
      const rank = this.#rankOf(priority);
      rank.calls = rank.calls.slice(rank.first).sort((a, b) => a.ordinal - b.ordinal);
      rank.first = 0;
    }
  }

  /** Whose turn it is. */
  get next(): Call | undefined {
    for (let rank = this.#ranks[0]; rank !== undefined; rank = this.#ranks[0]) {
      for (; rank.first < rank.calls.length; rank.removeFirst()) {
        const call = rank.calls[rank.first] as Call;
        if (!call.isSettled) return call;
        this.#gone--;
      }
      this.#ranks.shift();
    }
    return undefined;
  }

  /** Takes out what {@link next} gave. */
  shift(): void {
    const [rank] = this.#ranks;
    this.#bytes -= rank?.calls[rank.first]?.bytes ?? 0;
    rank?.removeFirst();
    this.#size--;
  }

  /** A call that waits is about to be settled: its turn never comes. */
  leave(call: Call): void {
    this.#size--;
    this.#bytes -= call.bytes;
    if (++this.#gone < FEW || this.#gone < this.#size) return;
    clock.queueMicrotask(() => this.#forgetSettled());
  }

  /** Empties the line. */
  takeAll(): Call[] {
    const all = this.#ranks.flatMap(({ calls, first }) => calls.slice(first)).filter((call) => !call.isSettled);
    this.#ranks.length = 0;
    this.#size = 0;
    this.#bytes = 0;
    this.#gone = 0;
    return all;
  }

  #forgetSettled(): void {
    for (const rank of this.#ranks) {
      rank.calls = rank.calls.slice(rank.first).filter((call) => !call.isSettled);
      rank.first = 0;
    }
    this.#gone = 0;
  }

  #rankOf(priority: number): Rank {
    let low = 0;
    let high = this.#ranks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const rank = this.#ranks[middle] as Rank;
      if (rank.priority === priority) return rank;
      if (rank.priority > priority) low = middle + 1;
      else high = middle;
    }
    const rank = new Rank(priority);
    this.#ranks.splice(low, 0, rank);
    return rank;
  }
}
