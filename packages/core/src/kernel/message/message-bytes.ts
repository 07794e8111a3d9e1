import { limitAdvice, MOST_BYTES } from "../large.js";
import { isDetached, isResizable, type Measures, measure, mostBytesOf, viewType } from "./brands.js";
import type { Node } from "./packet.js";
import { isTracking } from "./shapes.js";
import type { PacketBytes } from "./unwritten.js";

/** Throws SendError: with the path of the object that has that index. */
type Refuse = (why: string, index: number) => never;

/** The bytes that a message has beside its text. None of its methods runs code of the program's. */
export class MessageBytes {
  readonly blobs: PacketBytes[] = [];
  readonly #refuse: Refuse;
  #total = 0;

  constructor(refuse: Refuse) {
    this.#refuse = refuse;
  }

  /** The place of one more blob, which the object with that index has. */
  add(bytes: PacketBytes, index: number): number {
    this.#total += bytes.length;
    if (this.#total > MOST_BYTES) this.#refuse(limitAdvice(this.#total), index);
    return this.blobs.push(bytes) - 1;
  }

  /** The node of an ArrayBuffer; borrowed, or else copied. */
  ofBuffer(buffer: object, index: number, borrows: boolean): Node {
    this.checkAttached(buffer, index);
    const max = isResizable(buffer) ? mostBytesOf(buffer) : -1;
    const bytes = new Uint8Array(buffer as ArrayBuffer);
    const place = this.add(bytes, index);
    if (!borrows) this.blobs[place] = this.copyOf(bytes, index);
    return ["u", place, max];
  }

  checkAttached(buffer: object, index: number): void {
    if (isDetached(buffer)) this.#refuse("an ArrayBuffer that was moved away cannot be sent", index);
  }

  copyOf(bytes: Uint8Array, index: number): Uint8Array<ArrayBuffer> {
    try {
      return bytes.slice();
    } catch {
      return this.#refuse(`there is no memory for a copy of ${bytes.length} bytes`, index);
    }
  }

  /** The node of a view of the buffer that has the index `at`. */
  ofView(view: ArrayBufferView, type: unknown, at: unknown, index: number): Node {
    const { buffer, byteOffset, byteLength, length } = this.measure(view, index);
    return ["v", type, at, byteOffset, isTracking(buffer, byteOffset + byteLength) ? -1 : length];
  }

  measure(view: ArrayBufferView, index: number): Measures {
    try {
      return measure(view);
    } catch {
      const why = `a ${viewType(view)} whose ArrayBuffer was moved away, or made shorter than it, cannot be sent`;
      return this.#refuse(why, index);
    }
  }
}
