import { sizeOf } from "../kernel/allocator.js";
import { handlePlaces } from "../kernel/frame.js";
import type { Kernel } from "../kernel/kernel.js";
import {
  CELL_PAYLOAD,
  Kind,
  QUEUE_BUFFER,
  QUEUE_COUNT,
  QUEUE_FIRST_BYTE,
  QUEUE_USED_BYTES,
  WORD,
} from "../kernel/layout.js";
import { inside } from "../sync/shared-object.js";

const FIRST_CAPACITY_WORDS = 236;
/** A buffer larger than this is freed once the queue is empty. */
const KEPT_BYTES = 1 << 16;

/**
 * The bytes of a queue's items: a ring in a cell of its own, which is replaced by a larger one when an item does not fit.
 * Each item is a frame, whose first word is its length; lengths and capacities are whole words, so that word is
 * never split. Unless said otherwise, everything here happens under the queue's latch.
 */
export class ItemBuffer {
  readonly #kernel: Kernel;
  readonly #queue: number;

  constructor(kernel: Kernel, queue: number) {
    this.#kernel = kernel;
    this.#queue = queue;
  }

  hasRoomFor(bytes: number): boolean {
    return this.#capacity - this.#kernel.section.read(this.#queue + QUEUE_USED_BYTES) >= bytes;
  }

  /** Appends a frame for which there is room. */
  append(frame: Uint8Array): void {
    const { section } = this.#kernel;
    const capacity = this.#capacity;
    const used = section.read(this.#queue + QUEUE_USED_BYTES);
    const first = section.read(this.#queue + QUEUE_FIRST_BYTE);
    // Written before the section commits: until then nobody takes these bytes for an item.
    this.#copyIn(frame, (first + used) % capacity, capacity);
    section.write(this.#queue + QUEUE_USED_BYTES, used + frame.length);
  }

  /** Takes the first frame, of which there is one, as bytes of its own. */
  takeFirst(): Uint8Array {
    const { section, region } = this.#kernel;
    const capacity = this.#capacity;
    const first = section.read(this.#queue + QUEUE_FIRST_BYTE);
    const start = this.#start;
    const length = region.i32[(start + first) / WORD] as number;
    const frame = new Uint8Array(length);
    const straight = Math.min(length, capacity - first);
    frame.set(region.u8.subarray(start + first, start + first + straight));
    if (straight < length) frame.set(region.u8.subarray(start, start + length - straight), straight);
    section.write(this.#queue + QUEUE_FIRST_BYTE, (first + length) % capacity);
    section.write(this.#queue + QUEUE_USED_BYTES, section.read(this.#queue + QUEUE_USED_BYTES) - length);
    return frame;
  }

  /** Whether the buffer is larger than an empty queue should keep. Outside the latch it is only a guess. */
  get isLarge(): boolean {
    return this.#capacity > KEPT_BYTES;
  }

  /** Outside the latch: frees a large buffer if nothing is in it. */
  shrink(): void {
    const { section, allocator, cells } = this.#kernel;
    const unused = inside(this.#kernel, this.#queue, () => {
      const buffer = section.read(this.#queue + QUEUE_BUFFER);
      if (section.read(this.#queue + QUEUE_COUNT) > 0 || !this.isLarge) return 0;
      section.write(this.#queue + QUEUE_BUFFER, 0);
      section.write(this.#queue + QUEUE_FIRST_BYTE, 0);
      allocator.own(buffer);
      return buffer;
    });
    if (unused !== 0) cells.letGo(unused);
  }

  /** Outside the latch: makes room for `bytes` more. */
  grow(bytes: number): void {
    const { allocator, cells, section, region } = this.#kernel;
    const wanted = Math.max(
      FIRST_CAPACITY_WORDS,
      Math.ceil((Atomics.load(region.i32, this.#queue + QUEUE_USED_BYTES) * 2 + bytes) / WORD),
    );
    const larger = allocator.allocate(Kind.Bytes, wanted);
    // Whichever of the two buffers is ours in the end is freed; the other belongs to the queue.
    const unused = inside(this.#kernel, this.#queue, () => {
      if (this.hasRoomFor(bytes)) return larger;
      const old = section.read(this.#queue + QUEUE_BUFFER);
      const used = section.read(this.#queue + QUEUE_USED_BYTES);
      if (used + bytes > capacityOf(this.#kernel, larger)) return larger;
      if (old !== 0) {
        this.#copyOut(larger, used);
        allocator.own(old);
      }
      section.write(this.#queue + QUEUE_BUFFER, larger);
      section.write(this.#queue + QUEUE_FIRST_BYTE, 0);
      allocator.disown(larger);
      return old;
    });
    if (unused !== 0) cells.letGo(unused);
  }

  /**
   * When nobody refers to the queue any more: gives back what the frames left in it refer to, one by one, and then the
   * buffer. Each is a step of its own, and done again does nothing.
   */
  destroy(): void {
    const { cells, region } = this.#kernel;
    const buffer = Atomics.load(region.i32, this.#queue + QUEUE_BUFFER);
    if (buffer === 0) return;
    const capacity = this.#capacity / WORD;
    const start = this.#start / WORD;
    let first = Atomics.load(region.i32, this.#queue + QUEUE_FIRST_BYTE) / WORD;
    for (let count = Atomics.load(region.i32, this.#queue + QUEUE_COUNT); count > 0; count--) {
      const placeOf = (word: number): number => start + ((first + word) % capacity);
      const wordAt = (word: number): number => Atomics.load(region.i32, placeOf(word));
      for (const word of handlePlaces(wordAt)) cells.referNoMore(placeOf(word));
      first += wordAt(0) / WORD;
    }
    inside(this.#kernel, this.#queue, () => {
      this.#kernel.section.write(this.#queue + QUEUE_BUFFER, 0);
      this.#kernel.allocator.own(buffer);
    });
    cells.letGo(buffer);
  }

  get #capacity(): number {
    const buffer = this.#kernel.section.read(this.#queue + QUEUE_BUFFER);
    return buffer === 0 ? 0 : capacityOf(this.#kernel, buffer);
  }

  get #start(): number {
    const buffer = this.#kernel.section.read(this.#queue + QUEUE_BUFFER);
    this.#kernel.region.reach(buffer + sizeOf(this.#kernel.region, buffer) - 1);
    return (buffer + CELL_PAYLOAD) * WORD;
  }

  #copyIn(frame: Uint8Array, at: number, capacity: number): void {
    const start = this.#start;
    const { u8 } = this.#kernel.region;
    const straight = Math.min(frame.length, capacity - at);
    u8.set(frame.subarray(0, straight), start + at);
    if (straight < frame.length) u8.set(frame.subarray(straight), start);
  }

  /** Copies the ring's `used` bytes to the beginning of another buffer. */
  #copyOut(target: number, used: number): void {
    const { section, region } = this.#kernel;
    const first = section.read(this.#queue + QUEUE_FIRST_BYTE);
    const straight = Math.min(used, this.#capacity - first);
    const start = this.#start;
    const to = (target + CELL_PAYLOAD) * WORD;
    region.u8.copyWithin(to, start + first, start + first + straight);
    region.u8.copyWithin(to + straight, start, start + used - straight);
  }
}

function capacityOf(kernel: Kernel, buffer: number): number {
  kernel.region.reach(buffer);
  return (sizeOf(kernel.region, buffer) - CELL_PAYLOAD) * WORD;
}
