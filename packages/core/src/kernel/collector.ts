import type { Cells } from "./cells.js";

/** A worker's garbage is collected after it has allocated as much as it held after the last time, and at least this. */
const LEAST_BYTES = 1 << 28;

/**
 * Has garbage collected by what it keeps of shared memory. The runtime does not see the shared memory. To it a shared array of a gigabyte
 * is a few hundred bytes, and it may be hours before it collects them. Finalizers run in later turns, so weak references find here which
 * proxies have been collected. By the language's rules, a weak reference that was made or read in this turn keeps its object until the turn
 * is over.
 */
export class Collector {
  readonly #cells: Cells;
  readonly #collectGarbage: () => void;
  #allocated = 0;
  #budget = LEAST_BYTES;

  constructor(cells: Cells, collectGarbage: () => void) {
    this.#cells = cells;
    this.#collectGarbage = collectGarbage;
  }

  /** This worker is about to allocate `bytes`. */
  count(bytes: number): void {
    this.#allocated += bytes;
    if (this.#allocated > this.#budget) this.collect();
  }

  /** Collects garbage, and frees what only that held. Whether there was any. */
  collect(): boolean {
    this.#allocated = 0;
    this.#collectGarbage();
    const { freed, held } = this.#cells.letGoOfGarbage();
    // As much again, so that collecting costs a bounded share of the time (as the pacer of Go's collector has it).
    this.#budget = Math.max(LEAST_BYTES, held);
    return freed > 0;
  }
}
