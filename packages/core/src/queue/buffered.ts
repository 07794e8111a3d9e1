import { sizeOf } from "../kernel/allocator.js";
import { referencesIn } from "../kernel/frame.js";
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
import type { Entry, OwnedEntry } from "./items.js";

const FIRST_CAPACITY_WORDS = 236;
/** How many times its bytes in use a new buffer holds: all copies together are at most half of the bytes put. */
const GROWTH = 3;
/** A buffer larger than this is freed once the queue is empty. */
const KEPT_BYTES = 1 << 16;

/**
 * A queue's buffer: a cell of bytes of its own, which is replaced by a larger one when something does not fit.
 *
 * | word | changed under the latch by | to |
 * |---|---|---|
 * | `QUEUE_BUFFER` | the worker that needs room, in the commit that makes the new one the queue's and the old one its own; the worker that frees it | a larger one; 0 |
 * | `QUEUE_FIRST_BYTE` | the worker that takes the first item of a ring, or ends a lease; with each change of the buffer | the next frame; 0 |
 * | `QUEUE_USED_BYTES` | the worker that puts or takes, in that commit | more, less |
 * | bytes in use | nobody. Beyond them: the putter, before the commit that counts them as in use | |
 */
export abstract class Buffered<E extends Entry> {
  protected readonly kernel: Kernel;
  protected readonly queue: number;

  constructor(kernel: Kernel, queue: number) {
    this.kernel = kernel;
    this.queue = queue;
  }

  /** Under the latch: copies what is in use to the beginning of another buffer's bytes. */
  protected abstract copyTo(target: number): void;

  /** Outside the latch: frees a large buffer if nothing is in it. */
  shrink(): void {
    if (this.#capacityNow() <= KEPT_BYTES) return;
    this.#freeIf(() => this.kernel.section.read(this.queue + QUEUE_COUNT) === 0 && this.capacity > KEPT_BYTES);
  }

  /** Outside the latch: frees the buffer. */
  free(): void {
    this.#freeIf(() => this.kernel.section.read(this.queue + QUEUE_BUFFER) !== 0);
  }

  // ── leases: none, where the next put may change which item is the first ──

  endLease(): boolean {
    return false;
  }

  lease(_count: number): void {}

  get uncounted(): number {
    return 0;
  }

  takeLeased(): E | undefined {
    return undefined;
  }

  // ── under the latch ──

  protected get used(): number {
    return this.kernel.section.read(this.queue + QUEUE_USED_BYTES);
  }

  protected set used(bytes: number) {
    this.kernel.section.write(this.queue + QUEUE_USED_BYTES, bytes);
  }

  protected get capacity(): number {
    const buffer = this.kernel.section.read(this.queue + QUEUE_BUFFER);
    // Not remembered by its address: another buffer may be there one day, and be of another size.
    return buffer === 0 ? 0 : capacityOf(this.kernel, buffer);
  }

  /** Where the buffer's bytes begin, in the region. */
  protected get start(): number {
    const buffer = this.kernel.section.read(this.queue + QUEUE_BUFFER);
    if (buffer !== 0) this.kernel.region.reach(buffer + CELL_PAYLOAD - 1 + capacityOf(this.kernel, buffer) / WORD);
    return startOf(buffer);
  }

  // ── outside the latch ──

  /** Makes room for `bytes` more. */
  protected growBy(bytes: number): void {
    const { allocator, cells, section, region } = this.kernel;
    const usedNow = Atomics.load(region.i32, this.queue + QUEUE_USED_BYTES);
    const larger = allocator.allocate(
      Kind.Bytes,
      Math.max(FIRST_CAPACITY_WORDS, Math.ceil((usedNow * GROWTH + bytes) / WORD)),
      false,
    );
    // Whichever of the two buffers is ours in the end is freed; the other belongs to the queue.
    const unused = this.kernel.waiters.inSection(this.queue, () => {
      this.endLease();
      if (this.capacity - this.used >= bytes) return larger;
      if (this.used + bytes > capacityOf(this.kernel, larger)) return larger;
      const old = section.read(this.queue + QUEUE_BUFFER);
      if (old !== 0) {
        this.copyTo(startOf(larger));
        allocator.own(old);
      }
      section.write(this.queue + QUEUE_BUFFER, larger);
      section.write(this.queue + QUEUE_FIRST_BYTE, 0);
      allocator.disown(larger);
      return old;
    });
    if (unused !== 0) cells.letGo(unused);
  }

  #freeIf(isUnused: () => boolean): void {
    const { section, allocator, cells } = this.kernel;
    const unused = this.kernel.waiters.inSection(this.queue, () => {
      this.endLease();
      if (!isUnused()) return 0;
      const buffer = section.read(this.queue + QUEUE_BUFFER);
      section.write(this.queue + QUEUE_BUFFER, 0);
      section.write(this.queue + QUEUE_FIRST_BYTE, 0);
      allocator.own(buffer);
      return buffer;
    });
    if (unused !== 0) cells.letGo(unused);
  }

  /** Outside the latch, where it is only a guess. */
  #capacityNow(): number {
    const buffer = Atomics.load(this.kernel.region.i32, this.queue + QUEUE_BUFFER);
    return buffer === 0 ? 0 : capacityOf(this.kernel, buffer);
  }
}

const startOf = (buffer: number): number => (buffer + CELL_PAYLOAD) * WORD;

function capacityOf(kernel: Kernel, buffer: number): number {
  kernel.region.reach(buffer);
  return (sizeOf(kernel.region, buffer) - CELL_PAYLOAD) * WORD;
}

/** A queue's buffer whose entries are the frames themselves. */
export abstract class BufferedFrames extends Buffered<Uint8Array> {
  entryOf(frame: Uint8Array): Uint8Array {
    return frame;
  }

  toOwned(frame: Uint8Array): OwnedEntry<Uint8Array> {
    return frame.slice() as OwnedEntry<Uint8Array>;
  }

  drop(): void {}

  frameOf(frame: Uint8Array): Uint8Array {
    return frame;
  }

  referencesOf(frame: Uint8Array): number {
    return referencesIn(frame);
  }
}
