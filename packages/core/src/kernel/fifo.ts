/** Empty places at the front that may stand before they are given up. */
const MOST_EMPTY = 1024;

/** First in, first out. An array's `shift` moves all that is left, once the array is long. */
export class Fifo<T> {
  #items: T[] = [];
  #first = 0;

  get size(): number {
    return this.#items.length - this.#first;
  }

  /** The item that comes next. */
  get first(): T | undefined {
    return this.#items[this.#first];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes out the item that comes next; undefined if none does. */
  shift(): T | undefined {
    const item = this.#items[this.#first];
    if (this.size === 0) return item;
    // Nothing that was taken out is kept alive.
    this.#items[this.#first++] = undefined as T;
    if (this.size === 0) this.clear();
    else if (this.#first >= MOST_EMPTY && this.#first * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }

  clear(): void {
    this.#items = [];
    this.#first = 0;
  }
}
