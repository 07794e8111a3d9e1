import { referencesIn, referencesWord } from "../kernel/frame.js";
import type { Kernel } from "../kernel/kernel.js";
import { QUEUE_COUNT, QUEUE_FIRST_BYTE, WORD } from "../kernel/layout.js";
import { BufferedFrames } from "./buffered.js";
import type { Items } from "./items.js";
import { Lease } from "./lease.js";

/**
 * First in, first out: a ring of frames. A frame's first word is its length; lengths and capacities are whole words, so that
 * word is never split.
 */
export class ItemRing extends BufferedFrames implements Items<Uint8Array> {
  readonly #lease: Lease;
  /** Where the buffer was and which item came out next, when this worker's lease began. */
  #leased = { start: 0, capacity: 0, next: 0 };

  constructor(kernel: Kernel, queue: number) {
    super(kernel, queue);
    this.#lease = new Lease(kernel, queue);
  }

  hasRoomFor(frame: Uint8Array): boolean {
    return this.capacity - this.used >= frame.length;
  }

  add(frame: Uint8Array): void {
    const { used, capacity, start } = this;
    const at = (this.#first + used) % capacity;
    const { u8 } = this.kernel.region;
    // Written before the section commits: until then nobody takes these bytes for an item.
    const straight = capacity - at;
    if (straight >= frame.length) {
      u8.set(frame, start + at);
    } else {
      u8.set(frame.subarray(0, straight), start + at);
      u8.set(frame.subarray(straight), start);
    }
    this.used = used + frame.length;
  }

  removeFirst(): Uint8Array {
    const { capacity, start } = this;
    const first = this.#first;
    const frame = this.#copy(start, capacity, first);
    this.kernel.section.write(this.queue + QUEUE_FIRST_BYTE, (first + frame.length) % capacity);
    this.used -= frame.length;
    return frame;
  }

  override endLease(): boolean {
    const taken = this.#lease.end();
    if (taken > 0) this.#skip(taken);
    return this.#lease.isMine;
  }

  override lease(count: number): void {
    this.#lease.begin(count);
    if (count > 0) this.#leased = { start: this.start, capacity: this.capacity, next: this.#first };
  }

  override get uncounted(): number {
    return this.#lease.taken;
  }

  override takeLeased(): Uint8Array | undefined {
    if (this.#lease.left === 0) return undefined;
    const { start, capacity, next } = this.#leased;
    // Read before it is taken, as afterwards its place may be given away. Should the lease have been ended, this is no frame.
    const frame = this.#copy(start, capacity, next);
    // The objects of an item change hands under the latch.
    if (referencesIn(frame) !== 0 || !this.#lease.tryTakeNext()) return undefined;
    this.#leased.next = (next + frame.length) % capacity;
    if (this.#lease.left === 0) this.shrink();
    return frame;
  }

  /** Records items as taken. */
  #skip(items: number): void {
    const { section, region } = this.kernel;
    const { capacity, start } = this;
    let first = this.#first;
    let bytes = 0;
    for (let n = 0; n < items; n++) {
      const length = region.i32[(start + first) / WORD] as number;
      first = (first + length) % capacity;
      bytes += length;
    }
    section.write(this.queue + QUEUE_FIRST_BYTE, first);
    section.write(this.queue + QUEUE_COUNT, section.read(this.queue + QUEUE_COUNT) - items);
    this.used -= bytes;
  }

  #copy(start: number, capacity: number, first: number): Uint8Array {
    const { i32, u8 } = this.kernel.region;
    const length = i32[(start + first) / WORD] as number;
    const straight = Math.min(length, capacity - first);
    const frame = u8.slice(start + first, start + first + straight);
    if (straight >= length) return frame;
    const whole = new Uint8Array(Math.min(length, capacity));
    whole.set(frame);
    whole.set(u8.subarray(start, start + whole.length - straight), straight);
    return whole;
  }

  grow(frame: Uint8Array): void {
    this.growBy(frame.length);
  }

  referencesWordOfNext(): number | undefined {
    const { start, capacity } = this;
    const first = this.#first;
    const placeOf = (word: number): number => (start + ((first + word * WORD) % capacity)) / WORD;
    const word = referencesWord((at) => this.kernel.region.i32[placeOf(at)] as number);
    return word === undefined ? undefined : placeOf(word);
  }

  protected copyTo(target: number): void {
    const { used, start, capacity } = this;
    const first = this.#first;
    const straight = Math.min(used, capacity - first);
    const { u8 } = this.kernel.region;
    u8.copyWithin(target, start + first, start + first + straight);
    u8.copyWithin(target + straight, start, start + used - straight);
  }

  get #first(): number {
    return this.kernel.section.read(this.queue + QUEUE_FIRST_BYTE);
  }
}
