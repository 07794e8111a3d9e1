import {
  ALLOCATOR_LATCH,
  CELL_CLASS,
  CELL_GENERATION,
  CELL_HOLDERS,
  CELL_KIND,
  CELL_NEXT,
  CELL_PAYLOAD,
  CELL_REFERENCES,
  CELLS,
  FREE_LISTS,
  Kind,
  MAX_CLASS,
  MIN_CLASS,
  TOP,
} from "./layout.js";
import type { Region } from "./region.js";
import type { Section } from "./section.js";

/** Hands out cells. Each class of size, a power of two, has its list of free cells; a cell keeps its class for good. */
export class Allocator {
  readonly #region: Region;
  readonly #section: Section;
  readonly #slot: number;

  constructor(region: Region, section: Section, slot: number) {
    this.#region = region;
    this.#section = section;
    this.#slot = slot;
  }

  /**
   * A zeroed cell with room for `payloadWords`, of a generation that no handle has yet, with one reference and this
   * worker as its holder. Not `isZeroed`, its payload is whatever was there before. Throws RangeError when the region is full.
   */
  allocate(kind: Kind, payloadWords: number, isZeroed = true): number {
    const sizeClass = classOf(CELL_PAYLOAD + payloadWords);
    const section = this.#section;
    section.enter(ALLOCATOR_LATCH);
    let address: number;
    try {
      address = section.read(FREE_LISTS + sizeClass);
      if (address !== 0) {
        section.write(FREE_LISTS + sizeClass, section.read(address + CELL_NEXT));
        this.#region.reach(address + 2 ** sizeClass - 1);
        // Free cells hold old contents; their link must outlive a death before the commit.
        this.#region.i32.fill(0, address + CELL_REFERENCES, address + CELL_NEXT);
        this.#region.i32.fill(0, address + CELL_NEXT + 1, isZeroed ? address + 2 ** sizeClass : address + CELL_PAYLOAD);
      } else {
        address = section.read(TOP);
        this.#region.reserve(address + 2 ** sizeClass);
        // Before `top` passes it, so that whoever walks the cells never meets one without a class.
        section.write(address + CELL_CLASS, sizeClass);
        section.write(TOP, address + 2 ** sizeClass);
      }
      // From here on the cell has a holder: were this worker to die now, its sweeper would free the cell.
      section.write(address + CELL_NEXT, 0);
      section.write(address + CELL_GENERATION, section.read(address + CELL_GENERATION) + 1);
      section.write(address + CELL_REFERENCES, 1);
      section.write(address + CELL_HOLDERS + (this.#slot >> 5), 1 << (this.#slot & 31));
      section.write(address + CELL_KIND, kind);
    } catch (error) {
      section.drop();
      throw error;
    }
    section.leave();
    return address;
  }

  /** Under any latch: this worker's death no longer frees the cell, as something else now refers to it. */
  disown(address: number): void {
    this.#section.write(address + CELL_HOLDERS + (this.#slot >> 5), 0);
  }

  /** Under any latch: the opposite of {@link disown}, for a cell to which nothing else refers any more. */
  own(address: number): void {
    this.#section.write(address + CELL_HOLDERS + (this.#slot >> 5), 1 << (this.#slot & 31));
  }

  /** Takes back a cell to which nothing refers any more. */
  free(address: number): void {
    const { i32 } = this.#region;
    const sizeClass = i32[address + CELL_CLASS] as number;
    const section = this.#section;
    section.enter(ALLOCATOR_LATCH);
    section.write(address + CELL_KIND, Kind.Free);
    section.write(address + CELL_NEXT, section.read(FREE_LISTS + sizeClass));
    section.write(FREE_LISTS + sizeClass, address);
    section.leave();
  }
}

/** Words in a cell, header included. */
export const sizeOf = (region: Region, address: number): number => 1 << (region.i32[address + CELL_CLASS] as number);

/** Calls `visit` with every cell in use. Cells that come or go meanwhile may be seen or not. */
export function eachCell(region: Region, visit: (address: number, kind: number) => void): void {
  const top = Atomics.load(region.i32, TOP);
  region.reach(top - 1);
  for (let address = CELLS; address < top; address += sizeOf(region, address)) {
    const kind = Atomics.load(region.i32, address + CELL_KIND);
    if (kind !== Kind.Free) visit(address, kind);
  }
}

function classOf(words: number): number {
  const sizeClass = Math.max(MIN_CLASS, Math.ceil(Math.log2(words)));
  if (sizeClass > MAX_CLASS) {
    throw new RangeError(`Heddle's shared memory cannot hold an object of ${words * 4} bytes`);
  }
  return sizeClass;
}
