import type { Memory } from "../contracts/adapter.js";
import { MemoryFullError } from "../contracts/errors.js";
import { CELLS, HIGHEST_TOP, MAGIC, MAGIC_NUMBER, SLOT_QUIESCED, slotAddress, TOP, WORD } from "./layout.js";

const FIRST_BYTES = 1 << 20;
const LARGEST_STEP_BYTES = 1 << 26;

/**
 * The memory that all workers of a program share, seen as words and as bytes.
 *
 * The views have a fixed length, because length-tracking views of a growable buffer cost twice as much an access. So
 * a view may be too short for an address that another worker has just allocated: {@link reach} first.
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `MAGIC` | 0, the header is not written yet | the main worker, after all other words of the header | `MAGIC_NUMBER`, for good |
 */
export class Region {
  memory: Memory;
  i32: Int32Array = new Int32Array(0);
  u8: Uint8Array = new Uint8Array(0);
  /** See {@link leave}. */
  hasLeft = false;
  /** So many bytes the system has set aside, as far as this worker knows. */
  #aside = 0;

  constructor(memory: Memory) {
    this.memory = memory;
    this.#look();
  }

  /** Makes the header of a region that nobody uses yet. */
  format(): void {
    this.reserve(CELLS);
    this.i32[TOP] = CELLS;
    this.i32[HIGHEST_TOP] = CELLS;
    Atomics.store(this.i32, MAGIC, MAGIC_NUMBER);
  }

  /** Makes sure that the views cover `address`, which lies in memory that somebody has reserved. */
  reach(address: number): void {
    if (address >= this.i32.length) this.#look();
  }

  /** Grows the memory, if need be, to hold `words` words. Throws MemoryFullError when there is no more, and what `setAside` throws. */
  reserve(words: number): void {
    const bytes = words * WORD;
    const { memory } = this;
    if (bytes > memory.maxBytes) throw new MemoryFullError(`It can hold ${memory.maxBytes} bytes`);
    if (words > this.i32.length) {
      const current = memory.buffer.byteLength;
      const step = Math.min(Math.max(current, FIRST_BYTES), LARGEST_STEP_BYTES);
      try {
        memory.grow(Math.min(Math.max(bytes, current + step), memory.maxBytes));
      } catch (error) {
        throw new MemoryFullError(`It has ${current} bytes, and the system gives no more`, { cause: error });
      }
      this.#look();
    }
    if (bytes > this.#aside) this.#setAside(bytes);
  }

  /** The memory ahead, too, if the system has it: to ask for it once is cheaper. */
  #setAside(bytes: number): void {
    const ahead = Math.min(Math.ceil(bytes / FIRST_BYTES) * FIRST_BYTES, this.memory.maxBytes);
    const { setAside } = this.memory;
    try {
      setAside?.(ahead);
      this.#aside = ahead;
    } catch {
      setAside?.(bytes);
      this.#aside = bytes;
    }
  }

  /**
   * This worker has ended, and code of its own may go on, as in a thread that it shares with others. From here on it sees and changes a
   * copy that nobody else has, in which nobody wants to kill it.
   */
  leave(slot: number): void {
    this.hasLeft = true;
    // Made when it is first looked at: most leave no code behind.
    const make = (): void => {
      Object.defineProperty(this, "i32", { value: undefined, writable: true });
      Object.defineProperty(this, "u8", { value: undefined, writable: true });
      const buffer = new Uint8Array(this.memory.buffer).slice().buffer;
      const refuse = (): never => {
        throw new MemoryFullError("This worker has ended");
      };
      this.memory = { ...this.memory, buffer, maxBytes: buffer.byteLength, grow: refuse };
      this.#look();
      this.i32[slotAddress(slot) + SLOT_QUIESCED] = 0;
    };
    for (const name of ["i32", "u8"] as const) {
      const get = (): unknown => {
        make();
        return this[name];
      };
      Object.defineProperty(this, name, { configurable: true, get });
    }
  }

  #look(): void {
    // Constructed with an explicit length: without one they would track the length of a growable buffer.
    const bytes = this.memory.buffer.byteLength;
    this.i32 = new Int32Array(this.memory.buffer, 0, bytes / WORD);
    this.u8 = new Uint8Array(this.memory.buffer, 0, bytes);
  }
}
