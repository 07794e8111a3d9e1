import { WORD } from "./layout.js";
import type { Region } from "./region.js";

/** Where the bytes of an object begin in a buffer of its own, and what they are part of. */
interface Owned {
  readonly owner: object;
  /** Where the object's bytes begin in the region, and how many there are. */
  readonly start: number;
  readonly bytes: number;
  /** The number to add to a place in the buffer for one in the region. */
  readonly shift: number;
}

/**
 * Buffers through which users see bytes of an object. Each object has its own. So every view of it, and every view made of a view, holds
 * the object, and its memory is not freed under them. (The buffer holds the proxy, as a key of a WeakMap holds its value.)
 */
export class Windows {
  readonly #region: Region;
  readonly #owned = new WeakMap<object, Owned>();

  constructor(region: Region) {
    this.#region = region;
  }

  /** A buffer for `bytes` bytes of `owner` from the word `address` on, and where in it they begin. */
  open(owner: object, address: number, bytes: number): { buffer: ArrayBufferLike; byteOffset: number } {
    const start = address * WORD;
    // A buffer of no bytes may be any.
    const window = this.#region.memory.window(start, Math.max(bytes, WORD));
    this.#owned.set(window.buffer, { owner, start, bytes, shift: start - window.byteOffset });
    return window;
  }

  /** Whether users have the buffer from here. */
  has(buffer: object): boolean {
    return this.#owned.has(buffer);
  }

  /**
   * The object whose bytes a view shows, and where in the region they are. Undefined if it is no view of a buffer from here, or not of its
   * owner.
   */
  find(view: ArrayBufferView): { owner: object; start: number } | undefined {
    const owned = this.#owned.get(view.buffer);
    if (owned === undefined) return undefined;
    const start = view.byteOffset + owned.shift;
    const isWithin = start >= owned.start && start + view.byteLength <= owned.start + owned.bytes;
    return isWithin ? { owner: owned.owner, start } : undefined;
  }

  /** The buffer of `shown`, a view from here, and where the region's byte `start` is in it. */
  at(shown: ArrayBufferView, start: number): { buffer: ArrayBufferLike; byteOffset: number } {
    const owned = this.#owned.get(shown.buffer);
    if (owned === undefined) throw new Error("Heddle kernel: a view of no object");
    return { buffer: shown.buffer, byteOffset: start - owned.shift };
  }
}

/** A kernel's, made when they are first needed: a program that only locks needs none. */
export function makeWindows(kernel: { readonly region: Region; windows: Windows | undefined }): Windows {
  kernel.windows ??= new Windows(kernel.region);
  return kernel.windows;
}
