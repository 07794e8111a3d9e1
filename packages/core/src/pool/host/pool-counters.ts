import type { PoolStats, Summary } from "../../contracts/pool-stats.js";
import type { Call } from "../call.js";

/** Buckets for each doubling: a percentile is off by a sixteenth at most. */
const BUCKETS_BITS = 3;
const MOST_MICROS = 2 ** 31 - 1;

/**
 * How long things took, in buckets that widen with the time: a fixed amount of memory, however many there were. HdrHistogram
 * (http://hdrhistogram.org) has such buckets: so many equal ones for each doubling.
 */
export class Durations {
  readonly #buckets = new Uint32Array((32 - BUCKETS_BITS + 1) << BUCKETS_BITS);
  #count = 0;
  #sum = 0;
  #max = 0;

  add(ms: number): void {
    this.#count++;
    this.#sum += ms;
    if (ms > this.#max) this.#max = ms;
    const bucket = bucketOf(Math.min(ms * 1000, MOST_MICROS) | 0);
    this.#buckets[bucket] = (this.#buckets[bucket] as number) + 1;
  }

  get sum(): number {
    return this.#sum;
  }

  get summary(): Summary {
    const mean = this.#count === 0 ? 0 : this.#sum / this.#count;
    return Object.freeze({
      count: this.#count,
      mean,
      p50: this.#percentile(0.5),
      p99: this.#percentile(0.99),
      max: this.#max,
    });
  }

  #percentile(share: number): number {
    let left = Math.ceil(this.#count * share);
    if (left === 0) return 0;
    const bucket = this.#buckets.findIndex((count) => {
      left -= count;
      return left <= 0;
    });
    return Math.min(middleOf(bucket) / 1000, this.#max);
  }
}

/** The leading 1 and the bits after it: whole microseconds while they are few, wider and wider steps from then on. */
function bucketOf(micros: number): number {
  const shift = Math.max(0, 31 - Math.clz32(micros) - BUCKETS_BITS);
  return (shift << BUCKETS_BITS) + (micros >> shift);
}

function middleOf(bucket: number): number {
  const shift = Math.max(0, (bucket >> BUCKETS_BITS) - 1);
  const least = bucket - (shift << BUCKETS_BITS);
  return (least + 0.5) * 2 ** shift;
}

/** Counts what became of a pool's calls, and how long they took. */
export class PoolCounters {
  #completed = 0;
  #failed = 0;
  #cancelled = 0;
  readonly #waitTime = new Durations();
  readonly #runTime = new Durations();

  settled({ state }: Call): void {
    if (state === "fulfilled") this.#completed++;
    else if (state === "cancelled") this.#cancelled++;
    else this.#failed++;
  }

  /** A call that was submitted so many milliseconds ago was answered, and ran for the last of them. */
  answered(sinceSubmitted: number, run: number): void {
    this.#waitTime.add(Math.max(0, sinceSubmitted - run));
    this.#runTime.add(run);
  }

  /** `places` is the time for which all the places for a task have existed, added up. */
  stats(respawned: number, places: number): PoolStats {
    return Object.freeze({
      completed: this.#completed,
      failed: this.#failed,
      cancelled: this.#cancelled,
      respawned,
      waitTime: this.#waitTime.summary,
      runTime: this.#runTime.summary,
      utilization: places === 0 ? 0 : Math.min(1, this.#runTime.sum / places),
    });
  }
}
