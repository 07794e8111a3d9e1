import { sizeOf } from "../kernel/allocator.js";
import { clock } from "../kernel/clock.js";
import { isSameContent } from "../kernel/frame.js";
import type { Kernel } from "../kernel/kernel.js";
import { CELL_GENERATION, CELL_PAYLOAD, Kind, WORD } from "../kernel/layout.js";
import { ENTRY_EXPIRES, ENTRY_HASH, ENTRY_KEY, ENTRY_KEY_BYTES, ENTRY_SERIAL } from "../kernel/layout-map.js";
import type { EncodedKey } from "./map-key.js";
import { readTwo, writeTwo } from "./two-words.js";

const KIND_BITS = 2;

/**
 * The entries of shared maps, each in a cell of bytes of its own. An entry is its maker's until it is in a map. After
 * that it is the worker's that took it out. So recovery frees it if that worker dies. A new value is a new entry. So a cell, with its generation, stands
 * for one value of one key.
 *
 * | word | changed by | to |
 * |---|---|---|
 * | `ENTRY_KEY_BYTES`, `ENTRY_HASH`, `ENTRY_KEY`, the frame | its maker, before anybody else knows it | constant |
 * | `ENTRY_SERIAL`, `ENTRY_EXPIRES` | its maker, under the map's latch, before the commit that puts it in | constant from then on |
 * | `ENTRY_OLDER`, `ENTRY_NEWER` | the worker that uses an entry of a bounded map, puts one in or takes one out, in that commit | an entry; 0 |
 */
export class MapEntries {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** A new entry of this worker's. */
  create({ bytes, kind, hash }: EncodedKey, frame: Uint8Array): number {
    const { allocator, region } = this.#kernel;
    const keyWords = Math.ceil(bytes.length / WORD);
    const words = ENTRY_KEY - CELL_PAYLOAD + keyWords + frame.length / WORD;
    const entry = allocator.allocate(Kind.Bytes, words, false);
    const { i32, u8 } = region;
    i32.fill(0, entry + CELL_PAYLOAD, entry + ENTRY_KEY + keyWords);
    i32[entry + ENTRY_KEY_BYTES] = (bytes.length << KIND_BITS) | kind;
    i32[entry + ENTRY_HASH] = hash;
    u8.set(bytes, (entry + ENTRY_KEY) * WORD);
    u8.set(frame, (entry + ENTRY_KEY + keyWords) * WORD);
    return entry;
  }

  /** Frees an entry of this worker's, which is in no map. */
  free(entry: number): void {
    this.#kernel.allocator.free(entry);
  }

  // ── under the latch of the map ──

  hasKey(entry: number, { bytes, kind }: EncodedKey): boolean {
    const { u8, i32 } = this.#reach(entry);
    if (i32[entry + ENTRY_KEY_BYTES] !== ((bytes.length << KIND_BITS) | kind)) return false;
    const start = (entry + ENTRY_KEY) * WORD;
    return bytes.every((byte, i) => u8[start + i] === byte);
  }

  /** The key's kind, and its bytes in memory of their own. */
  keyOf(entry: number): readonly [kind: number, bytes: Uint8Array] {
    const { u8, i32 } = this.#reach(entry);
    const word = i32[entry + ENTRY_KEY_BYTES] as number;
    const start = (entry + ENTRY_KEY) * WORD;
    return [word & ((1 << KIND_BITS) - 1), u8.slice(start, start + (word >>> KIND_BITS))];
  }

  /** The frame of the value, as bytes of its own. */
  frameOf(entry: number): Uint8Array {
    const { u8, i32 } = this.#reach(entry);
    const at = this.#frameAt(entry);
    return u8.slice(at * WORD, at * WORD + (i32[at] as number));
  }

  hasFrame(entry: number, frame: Uint8Array): boolean {
    const { u8, i32 } = this.#reach(entry);
    const at = this.#frameAt(entry);
    return isSameContent(frame, u8.subarray(at * WORD, at * WORD + (i32[at] as number)));
  }

  /** Which of all cells that were ever made it is. */
  generationOf(entry: number): number {
    return this.#reach(entry).i32[entry + CELL_GENERATION] as number;
  }

  hashOf(entry: number): number {
    return this.#reach(entry).i32[entry + ENTRY_HASH] as number;
  }

  serialOf(entry: number): number {
    return readTwo(this.#reach(entry).i32, entry + ENTRY_SERIAL);
  }

  expiryOf(entry: number): number {
    return readTwo(this.#reach(entry).i32, entry + ENTRY_EXPIRES);
  }

  /** Gives an entry that is not in the map yet its serial, and the time at which it has passed, 0 for never. */
  date(entry: number, serial: number, expiry: number): void {
    const { i32 } = this.#reach(entry);
    writeTwo(i32, entry + ENTRY_SERIAL, serial);
    writeTwo(i32, entry + ENTRY_EXPIRES, expiry);
  }

  #frameAt(entry: number): number {
    const bytes = (this.#kernel.region.i32[entry + ENTRY_KEY_BYTES] as number) >>> KIND_BITS;
    return entry + ENTRY_KEY + Math.ceil(bytes / WORD);
  }

  #reach(entry: number) {
    const { region } = this.#kernel;
    region.reach(entry + ENTRY_KEY);
    region.reach(entry + sizeOf(region, entry) - 1);
    return region;
  }
}

/** Milliseconds since the epoch, in whole ones, as all workers see them. */
export const timeNow = (): number => Math.floor(clock.origin + clock.now());
