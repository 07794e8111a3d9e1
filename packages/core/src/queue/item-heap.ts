import { sizeOf } from "../kernel/allocator.js";
import { referencesWord } from "../kernel/frame.js";
import {
  CELL_PAYLOAD,
  ITEM_FRAME,
  ITEM_KEY,
  ITEM_KEY_WORDS,
  Kind,
  QUEUE_BUFFER,
  QUEUE_SERIAL,
  WORD,
} from "../kernel/layout.js";
import { Buffered } from "./buffered.js";
import type { Items, OwnedEntry } from "./items.js";

/**
 * Children of each item in the heap: a d-heap (Johnson, Information Processing Letters 4, 1975). With four, the way from the root to the
 * last of all the items that a region can hold is 14 items long. A section's journal holds as many, with room for the promises that go
 * with it.
 */
const CHILDREN = 4;

/**
 * Smallest priority first, equal ones in the order in which they were put: a heap of the addresses of cells, one for each item. An item
 * moves within the heap by one word, so that putting one and taking one are each a single step, wherever its worker dies. The cell is its
 * putter's until it is in the heap, and its getter's from when it is out. So recovery frees it if either dies.
 *
 * | word | changed under the latch by | to |
 * |---|---|---|
 * | a place in the heap | the worker that puts or takes an item, in that commit | another item's cell |
 * | `ITEM_KEY`, `ITEM_FRAME` | its putter, before the commit that puts the item in the heap | constant from then on |
 * | `QUEUE_SERIAL` | the worker that puts an item, in that commit | one more, of 64 bits |
 */
export class ItemHeap extends Buffered<number> implements Items<number> {
  hasRoomFor(): boolean {
    return this.capacity - this.used >= WORD;
  }

  add(item: number, count: number): void {
    this.#giveSerial(item);
    let place = count;
    while (place > 0) {
      const parent = Math.floor((place - 1) / CHILDREN);
      const above = this.#at(parent);
      if (!this.#isBefore(item, above)) break;
      this.#put(place, above);
      place = parent;
    }
    this.#put(place, item);
    this.used += WORD;
    this.kernel.allocator.disown(item);
  }

  removeFirst(count: number): number {
    const first = this.#at(0);
    const left = count - 1;
    // The last one's place is given up; from the root, which is free, it goes down to where it belongs.
    if (left > 0) this.#sink(this.#at(left), left);
    this.used -= WORD;
    this.kernel.allocator.own(first);
    return first;
  }

  entryOf(frame: Uint8Array, priority: number): number {
    const { allocator, region } = this.kernel;
    const item = allocator.allocate(Kind.Bytes, ITEM_KEY_WORDS + frame.length / WORD, false);
    const [high, low] = inOrder(priority);
    region.i32[item + ITEM_KEY] = high;
    region.i32[item + ITEM_KEY + 1] = low;
    region.u8.set(frame, (item + ITEM_FRAME) * WORD);
    return item;
  }

  toOwned(item: number): OwnedEntry<number> {
    return item as OwnedEntry<number>;
  }

  drop(item: number): void {
    this.kernel.cells.letGo(item);
  }

  frameOf(item: number): Uint8Array {
    const { region, cells } = this.kernel;
    const start = (item + ITEM_FRAME) * WORD;
    const frame = region.u8.slice(start, start + (region.i32[item + ITEM_FRAME] as number));
    cells.letGo(item);
    return frame;
  }

  grow(): void {
    this.growBy(WORD);
  }

  referencesOf(item: number): number {
    const place = this.#referencesWordOf(item);
    return place === undefined ? 0 : (this.kernel.region.i32[place] as number);
  }

  referencesWordOfNext(): number | undefined {
    return this.#referencesWordOf(this.#at(0));
  }

  #referencesWordOf(item: number): number | undefined {
    const frame = item + ITEM_FRAME;
    this.kernel.region.reach(item + sizeOf(this.kernel.region, item) - 1);
    const word = referencesWord((at) => this.kernel.region.i32[frame + at] as number);
    return word === undefined ? undefined : frame + word;
  }

  protected copyTo(target: number): void {
    const { used, start } = this;
    this.kernel.region.u8.copyWithin(target, start, start + used);
  }

  /** Puts `item` into a heap of `count` whose root is free. */
  #sink(item: number, count: number): void {
    let place = 0;
    for (;;) {
      const next = this.#firstChild(place, count);
      if (next === undefined || !this.#isBefore(this.#at(next), item)) break;
      this.#put(place, this.#at(next));
      place = next;
    }
    this.#put(place, item);
  }

  /** Which child of `place` comes out before the others. */
  #firstChild(place: number, count: number): number | undefined {
    const eldest = place * CHILDREN + 1;
    if (eldest >= count) return undefined;
    let first = eldest;
    for (let child = eldest + 1; child < Math.min(eldest + CHILDREN, count); child++) {
      if (this.#isBefore(this.#at(child), this.#at(first))) first = child;
    }
    return first;
  }

  /** Which item is at a place that this section has not written. */
  #at(place: number): number {
    const item = this.kernel.region.i32[this.#addressOf(place)] as number;
    this.kernel.region.reach(item + ITEM_FRAME);
    return item;
  }

  #put(place: number, item: number): void {
    this.kernel.section.write(this.#addressOf(place), item);
  }

  #addressOf(place: number): number {
    const address = this.kernel.section.read(this.queue + QUEUE_BUFFER) + CELL_PAYLOAD + place;
    this.kernel.region.reach(address);
    return address;
  }

  #isBefore(a: number, b: number): boolean {
    const { i32 } = this.kernel.region;
    for (let word = ITEM_KEY; word < ITEM_KEY + ITEM_KEY_WORDS; word++) {
      const ours = (i32[a + word] as number) >>> 0;
      const theirs = (i32[b + word] as number) >>> 0;
      if (ours !== theirs) return ours < theirs;
    }
    return false;
  }

  /** The rest of an item's key: how many the queue was given before it. */
  #giveSerial(item: number): void {
    const { section, region } = this.kernel;
    const low = section.read(this.queue + QUEUE_SERIAL);
    const high = section.read(this.queue + QUEUE_SERIAL + 1);
    region.reach(item + ITEM_FRAME);
    region.i32[item + ITEM_KEY + 2] = high;
    region.i32[item + ITEM_KEY + 3] = low;
    section.write(this.queue + QUEUE_SERIAL, (low + 1) | 0);
    if (low === -1) section.write(this.queue + QUEUE_SERIAL + 1, high + 1);
  }
}

const float = new DataView(new ArrayBuffer(8));

/** Two words that, compared as unsigned numbers, come in the order of the floats that they are made of. */
function inOrder(priority: number): readonly [number, number] {
  // -0 equals 0, and their order is that of putting.
  float.setFloat64(0, priority + 0);
  const high = float.getInt32(0);
  const low = float.getInt32(4);
  return high < 0 ? [~high, ~low] : [high ^ (1 << 31), low];
}
