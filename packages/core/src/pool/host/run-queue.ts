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
  /** A heap: each is above two others at most, whose priorities are lower. There may be as many as calls. */
  readonly #levels: PriorityLevel[] = [];
  readonly #byPriority = new Map<number, PriorityLevel>();
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
      this.#removeHighest();
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
    const levels = this.#levels.sort((a, b) => b.priority - a.priority);
    const all = levels.flatMap(({ calls, first }) => calls.slice(first)).filter((call) => !call.isSettled);
    this.#levels.length = 0;
    this.#byPriority.clear();
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
    const known = this.#byPriority.get(priority);
    if (known !== undefined) return known;
    const level = new PriorityLevel(priority);
    this.#byPriority.set(priority, level);
    const levels = this.#levels;
    let at = levels.length;
    for (let above = (at - 1) >> 1; at > 0 && (levels[above] as PriorityLevel).priority < priority; ) {
      levels[at] = levels[above] as PriorityLevel;
      at = above;
      above = (at - 1) >> 1;
    }
    levels[at] = level;
    return level;
  }

  #removeHighest(): void {
    const levels = this.#levels;
    this.#byPriority.delete((levels[0] as PriorityLevel).priority);
    const last = levels.pop() as PriorityLevel;
    if (levels.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      const right = levels[below + 1];
      if (right !== undefined && right.priority > (levels[below] as PriorityLevel).priority) below++;
      const next = levels[below];
      if (next === undefined || next.priority <= last.priority) break;
      levels[at] = next;
      at = below;
    }
    levels[at] = last;
  }
}
