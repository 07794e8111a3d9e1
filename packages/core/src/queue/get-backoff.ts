/** So many items are worth taking the latch for; of a queue that holds few, half of them. */
const ENOUGH = 32;
/** A look takes some 5 ns: the longest pause is some microseconds, far less than to be woken takes. */
const FEWEST_LOOKS = 16;
const MOST_LOOKS = 2000;

/**
 * The back-off of a getter that outruns its putters: how long it waits before it takes the latch. A getter that takes each item at once
 * contends with the putter at every put, and both are slower. After a short pause there are several items, which one section leases to it
 * (see lease.ts). The pause doubles while it pays, and halves when nothing came meanwhile. Where each item is awaited, such as an answer,
 * there is no pause.
 */
export class GetBackoff {
  readonly #enough: number;
  #looks = 0;

  /** `maxSize` is what the queue may hold, 0 if there is no such bound. */
  constructor(maxSize: number) {
    this.#enough = maxSize === 0 ? ENOUGH : Math.min(ENOUGH, maxSize >> 1);
  }

  /** Tells how many items could be leased beside the one that was taken. */
  learn(items: number): void {
    if (items === 0) this.#looks >>= 1;
    else if (items < this.#enough) this.#looks = Math.min(MOST_LOOKS, Math.max(FEWEST_LOOKS, this.#looks * 2));
  }

  /** How often to look at something idle, now that so many items are there. */
  looksBefore(items: number): number {
    return items < this.#enough ? this.#looks : 0;
  }
}
