import { sizeOf } from "../kernel/allocator.js";
import { referencesWord } from "../kernel/frame.js";
import { ITEM_FRAME, ITEM_KEY, ITEM_KEY_WORDS, Kind, QUEUE_SERIAL, WORD } from "../kernel/layout.js";
import { Buffered } from "./buffered.js";
import type { Items, OwnedEntry } from "./items.js";

/**
 * Children of each item in the heap: a d-heap (Johnson, Information Processing Letters 4, 1975). The keys of sixteen lie side by side in two
 * or three cache lines. The way from the root to the last of all the items that a region can hold is 8 items long. A section's journal
 * holds as many, of three words each, with room for the promises that go with them.
 */
const CHILDREN = 16;

/** A place of the heap: the two words of a packed key, then the item's cell. */
const PLACE_WORDS = 3;
const PLACE_CELL = 2;

const SIGN = 1 << 31;
/** A quarter of the numbers that a signed word can be. */
const QUARTER = 1 << 30;

/**
 * Smallest priority first, equal ones in the order in which they were put: a heap of places, one for each item. An item's bytes are in a
 * cell of its own, and do not move. Its key is there, and packed into the place: so to find where an item belongs takes no look at others'
 * cells. Putting one and taking one are each a single step, wherever its worker dies. The cell is its putter's until it is in the heap, and
 * its getter's from when it is out. So recovery frees it if either dies.
 *
 * | word | changed under the latch by | to |
 * |---|---|---|
 * | a place in the heap | the worker that puts or takes an item, in that commit | another item's packed key and cell |
 * | `ITEM_KEY`, `ITEM_FRAME` | its putter, before the commit that puts the item in the heap | constant from then on |
 * | `QUEUE_SERIAL` | the worker that puts an item, in that commit | one more, of 64 bits |
 *
 * A packed key is two signed words. The first is the upper half of the priority. The lower half of most priorities, such as integers, is the
 * least or the greatest that there is. Then the second word counts the items put before, up to {@link QUARTER}: in the first quarter of all
 * numbers or in the third. Otherwise it is the lower half without its last two bits, in the second quarter. So of two packed keys that
 * differ, the smaller one is of the item that comes first. Where they are equal, the cells' keys tell.
 */
export class ItemHeap extends Buffered<number> implements Items<number> {
  hasRoomFor(): boolean {
    return this.capacity - this.used >= PLACE_WORDS * WORD;
  }

  add(item: number, count: number): void {
    this.#giveSerial(item);
    const { i32 } = this.kernel.region;
    const heap = this.#reachHeap();
    const upper = (i32[item + ITEM_KEY] as number) ^ SIGN;
    const lower = this.#packedLower(item);
    let place = count;
    while (place > 0) {
      const parent = Math.floor((place - 1) / CHILDREN);
      const above = heap + parent * PLACE_WORDS;
      if (!this.#isBefore(upper, lower, item, above)) break;
      this.#move(above, heap + place * PLACE_WORDS);
      place = parent;
    }
    this.#put(heap + place * PLACE_WORDS, upper, lower, item);
    this.used += PLACE_WORDS * WORD;
    this.kernel.allocator.disown(item);
  }

  removeFirst(count: number): number {
    const heap = this.#reachHeap();
    const first = this.kernel.region.i32[heap + PLACE_CELL] as number;
    const left = count - 1;
    // The last one's place is given up; from the root, which is free, it goes down to where it belongs.
    if (left > 0) this.#sink(heap, left);
    this.used -= PLACE_WORDS * WORD;
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

  /** Frees it in one section. Nothing but this worker refers to it, and it refers to nothing. */
  drop(item: number): void {
    this.kernel.allocator.free(item);
  }

  frameOf(item: number): Uint8Array {
    const { region } = this.kernel;
    const start = (item + ITEM_FRAME) * WORD;
    const frame = region.u8.slice(start, start + (region.i32[item + ITEM_FRAME] as number));
    this.drop(item);
    return frame;
  }

  grow(): void {
    this.growBy(PLACE_WORDS * WORD);
  }

  referencesOf(item: number): number {
    const place = this.#referencesWordOf(item);
    return place === undefined ? 0 : (this.kernel.region.i32[place] as number);
  }

  referencesWordOfNext(): number | undefined {
    return this.#referencesWordOf(this.kernel.region.i32[this.#reachHeap() + PLACE_CELL] as number);
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

  /** Has the item at the end of a heap, behind `count` others, go down from the root, which is free. */
  #sink(heap: number, count: number): void {
    const { i32 } = this.kernel.region;
    const last = heap + count * PLACE_WORDS;
    const upper = i32[last] as number;
    const lower = i32[last + 1] as number;
    const item = i32[last + PLACE_CELL] as number;
    let place = 0;
    for (;;) {
      const next = this.#firstChild(heap, place, count);
      // Unless it comes before its child, or is that: of two keys, none is equal.
      if (next === 0 || this.#isBefore(upper, lower, item, heap + next * PLACE_WORDS)) break;
      this.#move(heap + next * PLACE_WORDS, heap + place * PLACE_WORDS);
      place = next;
    }
    this.#put(heap + place * PLACE_WORDS, upper, lower, item);
  }

  /** Which child of `place` comes out before the others; 0 if it has none. */
  #firstChild(heap: number, place: number, count: number): number {
    const { i32 } = this.kernel.region;
    const eldest = place * CHILDREN + 1;
    if (eldest >= count) return 0;
    const end = heap + Math.min(eldest + CHILDREN, count) * PLACE_WORDS;
    let first = heap + eldest * PLACE_WORDS;
    let upper = i32[first] as number;
    let lower = i32[first + 1] as number;
    for (let child = first + PLACE_WORDS; child < end; child += PLACE_WORDS) {
      const itsUpper = i32[child] as number;
      if (itsUpper > upper) continue;
      const itsLower = i32[child + 1] as number;
      if (itsUpper === upper) {
        if (itsLower > lower) continue;
        if (itsLower === lower && this.#isBefore(upper, lower, i32[first + PLACE_CELL] as number, child)) continue;
      }
      first = child;
      upper = itsUpper;
      lower = itsLower;
    }
    return (first - heap) / PLACE_WORDS;
  }

  /** Under the latch: where the heap begins, with all of it in reach. This section has not written to it yet. */
  #reachHeap(): number {
    return this.start / WORD;
  }

  #move(from: number, to: number): void {
    const { i32 } = this.kernel.region;
    this.#put(to, i32[from] as number, i32[from + 1] as number, i32[from + PLACE_CELL] as number);
  }

  #put(place: number, upper: number, lower: number, item: number): void {
    const { section } = this.kernel;
    section.write(place, upper);
    section.write(place + 1, lower);
    section.write(place + PLACE_CELL, item);
  }

  /** Whether the item with that packed key comes out before the one at `place`. */
  #isBefore(upper: number, lower: number, item: number, place: number): boolean {
    const { region } = this.kernel;
    const itsUpper = region.i32[place] as number;
    if (upper !== itsUpper) return upper < itsUpper;
    const itsLower = region.i32[place + 1] as number;
    if (lower !== itsLower) return lower < itsLower;
    const other = region.i32[place + PLACE_CELL] as number;
    region.reach(item + ITEM_FRAME);
    region.reach(other + ITEM_FRAME);
    const { i32 } = region;
    for (let word = ITEM_KEY; word < ITEM_KEY + ITEM_KEY_WORDS; word++) {
      const ours = (i32[item + word] as number) >>> 0;
      const theirs = (i32[other + word] as number) >>> 0;
      if (ours !== theirs) return ours < theirs;
    }
    return false;
  }

  /** The second word of the packed key of an item that has its serial. */
  #packedLower(item: number): number {
    const { i32 } = this.kernel.region;
    const lower = i32[item + ITEM_KEY + 1] as number;
    if (lower !== 0 && lower !== -1) return (lower >>> 2) - QUARTER;
    const [high, low] = [i32[item + ITEM_KEY + 2] as number, (i32[item + ITEM_KEY + 3] as number) >>> 0];
    const serial = high === 0 ? Math.min(low, QUARTER - 1) : QUARTER - 1;
    return lower === 0 ? serial + SIGN : serial;
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
