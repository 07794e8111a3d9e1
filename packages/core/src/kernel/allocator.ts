import { MemoryFullError } from "../contracts/errors.js";
import { FreeLists } from "./free-lists.js";
import {
  ALLOCATOR_LATCH,
  CELL_GENERATION,
  CELL_HOLDERS,
  CELL_KIND,
  CELL_NEIGHBOUR,
  CELL_NEXT,
  CELL_PAYLOAD,
  CELL_REFERENCES,
  CELL_SIZE,
  CELL_UNIT,
  CELLS,
  HIGHEST_TOP,
  Kind,
  LAST_CELL,
  LAST_GENERATION,
  MAX_WORKERS,
  SLOT_CURSOR,
  slotAddress,
  TOP,
  WALKERS,
  WORD,
} from "./layout.js";
import type { Region } from "./region.js";
import type { Section } from "./section.js";

/** Cells up to this size are zeroed under the latch, which takes less than to give it back and say afterwards what they are. */
const ZEROED_AT_ONCE_WORDS = 256;
/** How many cells a walk sees in one section. */
const WALK_CELLS = 256;
/** So many walks' cursors are moved in one commit; where more stand in the way, cells stay apart. */
const MOST_CURSORS = 4;

/**
 * Hands out cells. A request takes a free cell that is large enough and splits it. A cell that is given back is joined with the free cells
 * beside it, or lowers `top` if it is the last one. `CELL_SIZE` and `CELL_NEIGHBOUR` find the cells beside it (Knuth's boundary tags, The
 * Art of Computer Programming, vol. 1, 2.5). So two free cells never stand side by side, and the last cell is in use. A region that was
 * full and is empty again is as it was.
 *
 * | word | meaning | changed under the allocator's latch by |
 * |---|---|---|
 * | `TOP`, `LAST_CELL` | where the cells end, and which is the last | {@link allocate} at the end; {@link free} of the last |
 * | `HIGHEST_TOP` | from there on all is 0 | {@link allocate}, before anything beyond it is written |
 * | `LAST_GENERATION` | counts allocations, and wraps | {@link allocate}. Lost counts do no harm |
 * | `CELL_GENERATION` | which allocation made the cell | {@link allocate}, before the commit that takes it into use |
 * | `CELL_SIZE` | words | a free cell's: split, join. That of one in use never changes |
 * | `CELL_NEIGHBOUR` | the cell that ends here | the worker that changes where that cell begins or ends |
 * | `CELL_KIND` | `Free`; `Bytes` while it is zeroed; its kind | {@link allocate}, {@link free}; from `Bytes` to its kind by its only holder, without the latch |
 * | `SLOT_CURSOR`, `WALKERS` | how far a worker's walk is | that worker; a worker that joins the cell at the cursor to the one before moves it there |
 *
 * The header of a cell that is cut off is written before the commit. So is all of a free cell but its size and links. Until the commit
 * these words are the inside of a free cell, which nobody reads.
 */
export class Allocator {
  readonly #region: Region;
  readonly #section: Section;
  readonly #free: FreeLists;
  readonly #slot: number;
  /** Called with the bytes of each request but a message's, before it is met. */
  onAllocate: (bytes: number) => void = () => {};
  /** Tries to have garbage collected and its cells freed; whether any were. */
  reclaim: () => boolean = () => false;

  constructor(region: Region, section: Section, slot: number) {
    this.#region = region;
    this.#section = section;
    this.#free = new FreeLists(section);
    this.#slot = slot;
  }

  /**
   * A zeroed cell with room for `payloadWords`, of a generation that no other cell has, with one reference and this worker as its
   * holder. Not `isZeroed`, its payload is whatever was there before. Throws MemoryFullError when the region is full.
   */
  allocate(kind: Kind, payloadWords: number, isZeroed = true): number {
    const words = Math.ceil((CELL_PAYLOAD + payloadWords) / CELL_UNIT) * CELL_UNIT;
    // Messages are freed by those who read them: no garbage keeps any.
    if (kind !== Kind.Blob) this.onAllocate(words * WORD);
    for (;;) {
      try {
        return this.#allocate(kind, words, isZeroed);
      } catch (error) {
        if (!(error instanceof MemoryFullError)) throw error;
        if (!this.reclaim()) throw describe(error, words * WORD);
      }
    }
  }

  #allocate(kind: Kind, words: number, isZeroed: boolean): number {
    // Too large to be zeroed under the latch: bytes of this worker's until it is.
    const isZeroedLater = isZeroed && words > ZEROED_AT_ONCE_WORDS;
    let dirtyEnd = 0;
    const cell = this.#section.run(ALLOCATOR_LATCH, () => {
      dirtyEnd = this.#region.i32[HIGHEST_TOP] as number;
      const place = this.#place(words, isZeroedLater ? Kind.Bytes : kind);
      // From the commit on the cell has a holder: if this worker dies then, recovery frees the cell.
      this.#begin(place, place >= dirtyEnd ? 0 : isZeroed && !isZeroedLater ? words : CELL_PAYLOAD);
      return place;
    });
    if (!isZeroedLater) return cell;
    const { i32 } = this.#region;
    if (cell + CELL_PAYLOAD < dirtyEnd) i32.fill(0, cell + CELL_PAYLOAD, Math.min(cell + words, dirtyEnd));
    Atomics.store(i32, cell + CELL_KIND, kind);
    return cell;
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
  free(cell: number): void {
    this.#section.run(ALLOCATOR_LATCH, () => this.#giveBack(cell));
  }

  #giveBack(cell: number): void {
    const section = this.#section;
    section.write(cell + CELL_KIND, Kind.Free);
    let start = cell;
    let end = cell + section.read(cell + CELL_SIZE);
    const before = section.read(cell + CELL_NEIGHBOUR);
    if (before !== 0 && section.read(before + CELL_KIND) === Kind.Free && this.#moveCursors(cell, before)) {
      this.#free.remove(before, section.read(before + CELL_SIZE));
      start = before;
    }
    const top = section.read(TOP);
    if (end < top && section.read(end + CELL_KIND) === Kind.Free && this.#moveCursors(end, start)) {
      const size = section.read(end + CELL_SIZE);
      this.#free.remove(end, size);
      end += size;
    }
    if (end === top && this.#moveCursors(top, start)) {
      section.write(TOP, start);
      section.write(LAST_CELL, section.read(start + CELL_NEIGHBOUR));
    } else {
      section.write(start + CELL_SIZE, end - start);
      this.#endAt(end, start);
      this.#free.add(start, end - start);
    }
  }

  /**
   * Calls `see` with every cell in use, under the latch, some at a time: it may read headers, and neither enters a section nor throws.
   * Cells that come or go meanwhile may be seen or not; one that somebody holds all the while is seen.
   */
  walk(see: (cell: number, kind: number) => void): void {
    Atomics.store(this.#region.i32, slotAddress(this.#slot) + SLOT_CURSOR, CELLS);
    Atomics.or(this.#region.i32, WALKERS + (this.#slot >> 5), 1 << (this.#slot & 31));
    while (this.#section.run(ALLOCATOR_LATCH, () => this.#walkOn(see)));
    this.endWalkOf(this.#slot);
  }

  /** Under the latch: sees some more cells, and says whether there are others. */
  #walkOn(see: (cell: number, kind: number) => void): boolean {
    const top = this.#section.read(TOP);
    this.#region.reach(top - 1);
    const { i32 } = this.#region;
    const cursor = slotAddress(this.#slot) + SLOT_CURSOR;
    let cell = i32[cursor] as number;
    for (let cells = 0; cell < top && cells < WALK_CELLS; cells++, cell += i32[cell + CELL_SIZE] as number) {
      const kind = i32[cell + CELL_KIND] as number;
      if (kind !== Kind.Free) see(cell, kind);
    }
    Atomics.store(i32, cursor, cell);
    return cell < top;
  }

  /** The worker in `slot` has seen all cells, or has died: nobody looks after its cursor any more. */
  endWalkOf(slot: number): void {
    Atomics.and(this.#region.i32, WALKERS + (slot >> 5), ~(1 << (slot & 31)));
  }

  /** Whether a cell in use begins at `address`, as far as can be seen from its surroundings without the latch. */
  isCell(address: number): boolean {
    const top = Atomics.load(this.#region.i32, TOP);
    if (!Number.isInteger(address) || address < CELLS || address >= top || address % CELL_UNIT !== 0) return false;
    this.#region.reach(top - 1);
    const { i32 } = this.#region;
    const end = address + (i32[address + CELL_SIZE] as number);
    return end > address && (end >= top || i32[end + CELL_NEIGHBOUR] === address);
  }

  /** Under the latch: where a cell of `words` is from the commit on, of which all but the size and kind is as it was. */
  #place(words: number, kind: Kind): number {
    const free = this.#free.find(words, false);
    if (free !== 0) return this.#carve(free, words, kind);
    const section = this.#section;
    const { i32 } = this.#region;
    const cell = section.read(TOP);
    const end = cell + words;
    try {
      this.#region.reserve(end);
    } catch (error) {
      const last = this.#free.find(words, true);
      if (last === 0) throw error;
      return this.#carve(last, words, kind);
    }
    if (end > (i32[HIGHEST_TOP] as number)) this.#region.i32[HIGHEST_TOP] = end;
    this.#cutOff(cell, words, kind, section.read(LAST_CELL));
    section.write(TOP, end);
    section.write(LAST_CELL, cell);
    return cell;
  }

  /** Under the latch: as {@link #place}, the end of a free cell or all of it. */
  #carve(free: number, words: number, kind: Kind): number {
    const section = this.#section;
    const size = section.read(free + CELL_SIZE);
    this.#region.reach(free + size - 1);
    if (size === words) {
      this.#free.remove(free, size);
      section.write(free + CELL_NEXT, 0);
      section.write(free + CELL_KIND, kind);
      return free;
    }
    // The remainder stays where it is, and mostly in its list.
    const cell = free + size - words;
    this.#cutOff(cell, words, kind, free);
    this.#endAt(cell + words, cell);
    section.write(free + CELL_SIZE, size - words);
    this.#free.move(free, size, size - words);
    return cell;
  }

  /** Before the commit that makes it a cell: its kind and size. */
  #cutOff(cell: number, words: number, kind: Kind, neighbour: number): void {
    const { i32 } = this.#region;
    i32[cell + CELL_KIND] = kind;
    i32[cell + CELL_SIZE] = words;
    i32[cell + CELL_NEXT] = 0;
    i32[cell + CELL_NEIGHBOUR] = neighbour;
  }

  /** Before the commit that takes it into use: the rest of its header. Its first `dirty` words may have been used before. */
  #begin(cell: number, dirty: number): void {
    const { i32 } = this.#region;
    if (dirty > 0) {
      // All but what says where it is: free, it is found by that until the commit.
      i32.fill(0, cell + CELL_REFERENCES, cell + CELL_NEXT);
      i32.fill(0, cell + CELL_HOLDERS, cell + dirty);
    }
    const generation = ((i32[LAST_GENERATION] as number) + 1) | 0;
    i32[LAST_GENERATION] = generation;
    i32[cell + CELL_GENERATION] = generation;
    i32[cell + CELL_REFERENCES] = 1;
    i32[cell + CELL_HOLDERS + (this.#slot >> 5)] = 1 << (this.#slot & 31);
  }

  /** Under the latch: `cell` ends at `end`. */
  #endAt(end: number, cell: number): void {
    const section = this.#section;
    section.write(end === section.read(TOP) ? LAST_CELL : end + CELL_NEIGHBOUR, cell);
  }

  /** Under the latch: no cell begins at `from` any more, but at `to`. Whether that can be had in this commit. */
  #moveCursors(from: number, to: number): boolean {
    const section = this.#section;
    const cursors: number[] = [];
    for (let word = 0; word < MAX_WORKERS / 32; word++) {
      for (let walkers = this.#region.i32[WALKERS + word] as number; walkers !== 0; walkers &= walkers - 1) {
        const slot = word * 32 + 31 - Math.clz32(walkers & -walkers);
        const cursor = slotAddress(slot) + SLOT_CURSOR;
        if (section.read(cursor) === from) cursors.push(cursor);
      }
    }
    if (cursors.length > MOST_CURSORS) return false;
    for (const cursor of cursors) section.write(cursor, to);
    return true;
  }
}

/** Words in a cell, header included. */
export const sizeOf = (region: Region, address: number): number => region.i32[address + CELL_SIZE] as number;

const describe = ({ message, cause }: MemoryFullError, bytes: number): MemoryFullError =>
  new MemoryFullError(
    `Heddle's shared memory has no room for ${bytes} bytes more. ${message}. Dispose of what is done with, or share less at once`,
    { cause },
  );
