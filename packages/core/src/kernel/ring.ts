import { RING_CAPACITY, RING_READ, RING_WRITER_WAITS, RING_WRITTEN, WORD } from "./layout.js";
import type { Region } from "./region.js";

/*
 * A ring of bytes with one writer and one reader (as Lamport's, "Proving the correctness of multiprocess programs", 1977):
 * each side only advances its own count, after it has put or taken the bytes, so neither needs a latch, and a death
 * at any point leaves whole what was published. Messages are frames that begin with their length; one larger than the ring
 * goes through in pieces.
 */

/** Where a ring lies: its words, and its bytes. */
export interface RingPlace {
  readonly words: number;
  readonly bytes: number;
}

export class RingWriter {
  readonly #region: Region;
  readonly #words: number;
  readonly #start: number;
  readonly #ringReader: () => void;
  /** Frames, or what is left of one, that did not fit. */
  readonly #backlog: Uint8Array[] = [];

  constructor(region: Region, place: RingPlace, ringReader: () => void) {
    this.#region = region;
    this.#words = place.words;
    this.#start = place.bytes * WORD;
    this.#ringReader = ringReader;
  }

  get hasBacklog(): boolean {
    return this.#backlog.length > 0;
  }

  /** Writes a frame and rings. What does not fit is copied, and written by {@link writeBacklog} when there is room. */
  write(frame: Uint8Array): void {
    const written = this.hasBacklog ? 0 : this.#put(frame);
    if (written < frame.length) {
      this.#backlog.push(frame.slice(written));
      this.writeBacklog();
    }
    this.#ringReader();
  }

  /** To be called whenever this worker was rung. */
  writeBacklog(): void {
    if (!this.hasBacklog) return;
    const { i32 } = this.#region;
    let hasWritten = false;
    for (;;) {
      const first = this.#backlog[0];
      if (first === undefined) break;
      const written = this.#put(first);
      hasWritten ||= written > 0;
      if (written === first.length) {
        this.#backlog.shift();
        continue;
      }
      this.#backlog[0] = first.subarray(written);
      // Said before the last look for room: the reader makes room first and looks for this afterwards.
      Atomics.store(i32, this.#words + RING_WRITER_WAITS, 1);
      if (this.#free === 0) break;
    }
    if (!this.hasBacklog) Atomics.store(i32, this.#words + RING_WRITER_WAITS, 0);
    if (hasWritten) this.#ringReader();
  }

  get #free(): number {
    const { i32 } = this.#region;
    const used = (i32[this.#words + RING_WRITTEN] as number) - Atomics.load(i32, this.#words + RING_READ);
    return RING_CAPACITY - (used >>> 0);
  }

  #put(bytes: Uint8Array): number {
    const length = Math.min(bytes.length, this.#free);
    if (length === 0) return 0;
    const { i32, u8 } = this.#region;
    const written = i32[this.#words + RING_WRITTEN] as number;
    const at = (written >>> 0) % RING_CAPACITY;
    const straight = Math.min(length, RING_CAPACITY - at);
    u8.set(bytes.subarray(0, straight), this.#start + at);
    if (straight < length) u8.set(bytes.subarray(straight, length), this.#start);
    // Publishes the bytes: after they are there.
    Atomics.store(i32, this.#words + RING_WRITTEN, (written + length) | 0);
    return length;
  }
}

export class RingReader {
  readonly #region: Region;
  readonly #words: number;
  readonly #start: number;
  readonly #ringWriter: () => void;
  /** A frame that has not arrived as a whole, and how much of it has. */
  #partial: Uint8Array | undefined;
  #arrived = 0;

  constructor(region: Region, place: RingPlace, ringWriter: () => void) {
    this.#region = region;
    this.#words = place.words;
    this.#start = place.bytes * WORD;
    this.#ringWriter = ringWriter;
  }

  get isEmpty(): boolean {
    const { i32 } = this.#region;
    return Atomics.load(i32, this.#words + RING_WRITTEN) === i32[this.#words + RING_READ];
  }

  /** The next whole frame, as bytes of its own. */
  read(): Uint8Array | undefined {
    while (!this.isEmpty) {
      if (this.#partial === undefined) {
        const head = new Uint8Array(WORD);
        // Frames are whole words, so the first one of a frame is there as soon as any of it is.
        this.#peek(head);
        this.#partial = new Uint8Array(new Uint32Array(head.buffer)[0] as number);
        this.#arrived = 0;
      }
      const frame = this.#partial;
      this.#arrived += this.#take(frame, this.#arrived);
      if (this.#arrived < frame.length) continue;
      this.#partial = undefined;
      return frame;
    }
    return undefined;
  }

  #peek(head: Uint8Array): void {
    const at = ((this.#region.i32[this.#words + RING_READ] as number) >>> 0) % RING_CAPACITY;
    head.set(this.#region.u8.subarray(this.#start + at, this.#start + at + head.length));
  }

  #take(target: Uint8Array, offset: number): number {
    const { i32, u8 } = this.#region;
    const read = i32[this.#words + RING_READ] as number;
    const available = (Atomics.load(i32, this.#words + RING_WRITTEN) - read) >>> 0;
    const length = Math.min(target.length - offset, available);
    const at = (read >>> 0) % RING_CAPACITY;
    const straight = Math.min(length, RING_CAPACITY - at);
    target.set(u8.subarray(this.#start + at, this.#start + at + straight), offset);
    if (straight < length) {
      target.set(u8.subarray(this.#start, this.#start + length - straight), offset + straight);
    }
    // Makes room: after the bytes were taken.
    Atomics.store(i32, this.#words + RING_READ, (read + length) | 0);
    if (Atomics.exchange(i32, this.#words + RING_WRITER_WAITS, 0) === 1) this.#ringWriter();
    return length;
  }
}
