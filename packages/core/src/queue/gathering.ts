/** So many items are worth taking the latch for; of a queue that holds few, half of them. */
const ENOUGH = 32;
/** A look takes some 5 ns: the longest pause is some microseconds, far less than to be woken takes. */
const FEWEST_LOOKS = 16;
const MOST_LOOKS = 2000;

/**
 * How long a getter that outruns its putters stands back before it takes the latch. Coming for each item as soon as it is there, it
 * would be in the putter's way at every put, and both would be slower than either is; a moment later there are more, and
 * they are lent to it together (see lease.ts). As a spin, the pause doubles while it pays, and halves when nothing came meanwhile:
 * where each item is awaited, as an answer is, there is none.
 */
export class Gathering {
  readonly #enough: number;
  #looks = 0;

  /** `maxSize` is what the queue may hold, 0 if there is no such bound. */
  constructor(maxSize: number) {
    this.#enough = maxSize === 0 ? ENOUGH : Math.min(ENOUGH, maxSize >> 1);
  }

  /** So many items could be lent beside the one that was taken. */
  learn(items: number): void {
    if (items === 0) this.#looks >>= 1;
    else if (items < this.#enough) this.#looks = Math.min(MOST_LOOKS, Math.max(FEWEST_LOOKS, this.#looks * 2));
  }

  /** How often to look at something idle, now that so many items are there. */
  looksBefore(items: number): number {
    return items < this.#enough ? this.#looks : 0;
  }
}
