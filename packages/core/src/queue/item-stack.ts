import { referencesWord } from "../kernel/frame.js";
import { WORD } from "../kernel/layout.js";
import { BufferedFrames } from "./buffered.js";
import type { Items } from "./items.js";

/** Last in, first out: a stack of frames. Each has its length after it as well, so that it can be taken from the end. */
export class ItemStack extends BufferedFrames implements Items<Uint8Array> {
  hasRoomFor(frame: Uint8Array): boolean {
    return this.capacity - this.used >= frame.length + WORD;
  }

  add(frame: Uint8Array): void {
    const { used, start } = this;
    const { i32, u8 } = this.kernel.region;
    // Above what is in use until the section commits: till then nobody takes these bytes for an item.
    u8.set(frame, start + used);
    i32[(start + used + frame.length) / WORD] = frame.length;
    this.used = used + frame.length + WORD;
  }

  removeFirst(): Uint8Array {
    const { used, start } = this;
    const { i32, u8 } = this.kernel.region;
    const end = used - WORD;
    const length = i32[(start + end) / WORD] as number;
    this.used = end - length;
    return u8.slice(start + end - length, start + end);
  }

  grow(frame: Uint8Array): void {
    this.growBy(frame.length + WORD);
  }

  referencesWordOfNext(): number | undefined {
    const { used, start } = this;
    const { i32 } = this.kernel.region;
    const end = (start + used) / WORD - 1;
    const frame = end - (i32[end] as number) / WORD;
    const word = referencesWord((at) => i32[frame + at] as number);
    return word === undefined ? undefined : frame + word;
  }

  protected copyTo(target: number): void {
    const { used, start } = this;
    this.kernel.region.u8.copyWithin(target, start, start + used);
  }
}
