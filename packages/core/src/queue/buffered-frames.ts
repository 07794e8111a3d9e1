import { referencesIn } from "../kernel/frame.js";
import { Buffered } from "./buffered.js";
import type { OwnedEntry } from "./items.js";

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
