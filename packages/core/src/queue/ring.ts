import { bundleIn, bundlePlace } from "../kernel/frame.js";
import { QUEUE_FIRST_BYTE, WORD } from "../kernel/layout.js";
import { Buffered } from "./buffered.js";
import type { Items } from "./items.js";

/**
 * First in, first out: a ring of frames. A frame's first word is its length; lengths and capacities are whole words, so that
 * word is never split.
 */
export class ItemRing extends Buffered implements Items<Uint8Array> {
  hasRoomFor(frame: Uint8Array): boolean {
    return this.capacity - this.used >= frame.length;
  }

  add(frame: Uint8Array): void {
    const { used, capacity, start } = this;
    const at = (this.#first + used) % capacity;
    const { u8 } = this.kernel.region;
    // Written before the section commits: until then nobody takes these bytes for an item.
    const straight = Math.min(frame.length, capacity - at);
    u8.set(frame.subarray(0, straight), start + at);
    if (straight < frame.length) u8.set(frame.subarray(straight), start);
    this.used = used + frame.length;
  }

  take(): Uint8Array {
    const { capacity, start } = this;
    const { i32, u8 } = this.kernel.region;
    const first = this.#first;
    const length = i32[(start + first) / WORD] as number;
    const straight = Math.min(length, capacity - first);
    let frame = u8.slice(start + first, start + first + straight);
    if (straight < length) {
      const head = frame;
      frame = new Uint8Array(length);
      frame.set(head);
      frame.set(u8.subarray(start, start + length - straight), straight);
    }
    this.kernel.section.write(this.queue + QUEUE_FIRST_BYTE, (first + length) % capacity);
    this.used -= length;
    return frame;
  }

  entryOf(frame: Uint8Array): Uint8Array {
    return frame;
  }

  keep(frame: Uint8Array): Uint8Array {
    return frame.slice();
  }

  drop(): void {}

  frameOf(frame: Uint8Array): Uint8Array {
    return frame;
  }

  grow(frame: Uint8Array): void {
    this.growBy(frame.length);
  }

  bundleOf(frame: Uint8Array): number {
    return bundleIn(frame);
  }

  bundlePlaceOfNext(): number | undefined {
    const { start, capacity } = this;
    const first = this.#first;
    const placeOf = (word: number): number => (start + ((first + word * WORD) % capacity)) / WORD;
    const word = bundlePlace((at) => this.kernel.region.i32[placeOf(at)] as number);
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
