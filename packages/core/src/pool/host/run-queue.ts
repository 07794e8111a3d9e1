import { clock } from "../../kernel/clock.js";
import type { Call } from "../call.js";

/** Entries at the front of a level that may stand empty before they are freed. */
const EMPTY_ENTRIES = 1024;
/** Settled calls may stay in the queue while they are few, or fewer than those that wait. */
const FEW = 64;

/** Calls of one priority, in order. */
class PriorityLevel {
  readonly priority: number;
  calls: Call[] = [];
  first = 0;

  constructor(priority: number) {
    this.priority = priority;
  }

  removeFirst(): void {
    this.first++;
    if (this.first < EMPTY_ENTRIES || this.first * 2 < this.calls.length) return;
    this.calls.splice(0, this.first);
    this.first = 0;
  }
}

/** The calls that wait for a worker: higher priorities first, and first come first served among equals. */
export class RunQueue {
  /** The highest priority first. */
  readonly #levels: PriorityLevel[] = [];
  #size = 0;
  #bytes = 0;
  /** Settled calls that are skipped when their turn comes. */
  #settled = 0;

  get size(): number {
    return this.#size;
  }

  /** About how much the arguments of those that wait take. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether calls of more than one priority wait. */
  get isMixed(): boolean {
    return this.#levels.length > 1;
  }

  push(call: Call): void {
    this.#levelOf(call.priority).calls.push(call);
    this.#size++;
    this.#bytes += call.bytes;
  }

  /** Puts calls that had been sent to a worker back where they stood. */
  reinstate(calls: readonly Call[]): void {
    for (const call of calls) this.push(call);
    for (const priority of new Set(calls.map((call) => call.priority))) {
      const rank = this.#levelOf(priority);
      rank.calls = rank.calls.slice(rank.first).sort((a, b) => a.ordinal - b.ordinal);
      rank.first = 0;
    }
  }

  /** The call to run next. */
  get next(): Call | undefined {
    for (let rank = this.#levels[0]; rank !== undefined; rank = this.#levels[0]) {
      for (; rank.first < rank.calls.length; rank.removeFirst()) {
        const call = rank.calls[rank.first] as Call;
        if (!call.isSettled) return call;
        this.#settled--;
      }
      this.#levels.shift();
    }
    return undefined;
  }

  /** Takes out what {@link next} gave. */
  shift(): void {
    const [rank] = this.#levels;
    this.#bytes -= rank?.calls[rank.first]?.bytes ?? 0;
    rank?.removeFirst();
    this.#size--;
  }

  /** A call that waits is about to be settled, and never runs. */
  remove(call: Call): void {
    this.#size--;
    this.#bytes -= call.bytes;
    if (++this.#settled < FEW || this.#settled < this.#size) return;
    clock.queueMicrotask(() => this.#forgetSettled());
  }

  /** Empties the queue, and returns what was in it. */
  drain(): Call[] {
    const all = this.#levels.flatMap(({ calls, first }) => calls.slice(first)).filter((call) => !call.isSettled);
    this.#levels.length = 0;
    this.#size = 0;
    this.#bytes = 0;
    this.#settled = 0;
    return all;
  }

  #forgetSettled(): void {
    for (const rank of this.#levels) {
      rank.calls = rank.calls.slice(rank.first).filter((call) => !call.isSettled);
      rank.first = 0;
    }
    this.#settled = 0;
  }

  #levelOf(priority: number): PriorityLevel {
    let low = 0;
    let high = this.#levels.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const rank = this.#levels[middle] as PriorityLevel;
      if (rank.priority === priority) return rank;
      if (rank.priority > priority) low = middle + 1;
      else high = middle;
    }
    const rank = new PriorityLevel(priority);
    this.#levels.splice(low, 0, rank);
    return rank;
  }
}
