import { Blobs } from "./blobs.js";
import type { Cells, Handle } from "./cells.js";
import { Codec } from "./codec.js";
import type { Kernel } from "./kernel.js";
import { WORD } from "./layout.js";
import { type CodecHost, makeView, type TaskName, type ViewName } from "./message/packet.js";
import { type Referenced, ReferenceSets } from "./reference-sets.js";
import type { Region } from "./region.js";
import type { Tasks } from "./tasks.js";
import { makeWindows, type Windows } from "./windows.js";

/** An object of which users see the bytes. */
interface Shown {
  readonly view: ArrayBufferView;
}

/** How the codec recognises what lives in the region: objects by their proxies, and views by their bytes. */
export class RegionCodecHost implements CodecHost {
  readonly #region: Region;
  readonly #cells: Cells;
  readonly #referenceSets: ReferenceSets;
  readonly #windows: Windows;
  readonly #tasks: () => Tasks;

  constructor(region: Region, cells: Cells, referenceSets: ReferenceSets, windows: Windows, tasks: () => Tasks) {
    this.#region = region;
    this.#windows = windows;
    this.#cells = cells;
    this.#referenceSets = referenceSets;
    this.#tasks = tasks;
  }

  isShared(object: object): boolean {
    return this.#cells.isLive(object);
  }

  makeReferenceSet(objects: readonly object[]): Handle {
    return this.#referenceSets.create(objects);
  }

  openReferenceSet(references: Handle): Referenced[] {
    return this.#referenceSets.open(references);
  }

  isRegion(buffer: object): boolean {
    return buffer === this.#region.memory.buffer || this.#windows.has(buffer);
  }

  sharedOf(view: ArrayBufferView): { owner: object; byteOffset: number } | null | undefined {
    if (!this.isRegion(view.buffer)) return undefined;
    const found = this.#windows.find(view);
    const handle = found === undefined ? undefined : this.#cells.handleOf(found.owner);
    if (found === undefined || handle === undefined) return null;
    return { owner: found.owner, byteOffset: found.start - handle.address * WORD };
  }

  viewOf({ object, address }: Referenced, type: ViewName, byteOffset: number, length: number): ArrayBufferView {
    // Of the same buffer as the object's own view, which holds the object.
    const at = this.#windows.at((object as Shown).view, address * WORD + byteOffset);
    return makeView(type, at.buffer, at.byteOffset, length);
  }

  nameOfTask(fn: object): TaskName | undefined {
    return this.#tasks().nameOfTask(fn);
  }

  taskOfName(name: TaskName): unknown {
    return this.#tasks().taskOfName(name);
  }
}

/** Gives a kernel what it takes to send, and to receive. */
export function makeSend(kernel: Kernel): void {
  const { region, allocator, cells } = kernel;
  kernel.referenceSets = new ReferenceSets(region, allocator, cells);
  kernel.blobs = new Blobs(region, cells);
  const host = new RegionCodecHost(region, cells, kernel.referenceSets, makeWindows(kernel), () => kernel.tasks);
  kernel.codec = new Codec(kernel.adapter, region, kernel.slot, kernel.referenceSets, host);
}
