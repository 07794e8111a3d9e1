import { CELL_NEXT, CELL_PREVIOUS, CELL_SIZE, CELL_UNIT, FREE_LIST_COUNT, FREE_LISTS, FREE_MAP } from "./layout.js";
import type { Section } from "./section.js";

/** Lists for each power of two of units: cells in one list differ in size by less than an eighth. */
const LISTS_A_POWER = 8;
const LISTS_A_POWER_LOG2 = 3;
/** How many cells of a request's own list are looked at: the first ones were freed last, and are often of just that size. */
const LOOKS = 4;

/**
 * The free cells, in doubly linked lists by size, and a map of the lists that are not empty. This is the two-level segregated fit of
 * Masmano, Ripoll, Crespo and Real (TLSF, 2004). It finds, adds and removes a cell in a constant number of steps. All of it under the
 * allocator's latch.
 *
 * | word | changed by | in the same commit as |
 * |---|---|---|
 * | `FREE_LISTS + n` | {@link add}, {@link remove} | the links of the cells next to it, and the bit of n |
 * | `FREE_MAP`, bit n | {@link add} to an empty list sets it, {@link remove} of the last clears it | `FREE_LISTS + n` |
 * | `CELL_NEXT`, `CELL_PREVIOUS` of a free cell | {@link add}, {@link remove} of a neighbour in the list | the same |
 */
export class FreeLists {
  readonly #section: Section;

  constructor(section: Section) {
    this.#section = section;
  }

  /** A free cell of at least `words`, 0 if there is none. `isThorough` looks at every cell of the request's own list, too. */
  find(words: number, isThorough: boolean): number {
    const section = this.#section;
    const own = listOf(words);
    let cell = section.read(FREE_LISTS + own);
    for (let looks = isThorough ? Number.POSITIVE_INFINITY : LOOKS; cell !== 0 && looks > 0; looks--) {
      if (section.read(cell + CELL_SIZE) >= words) return cell;
      cell = section.read(cell + CELL_NEXT);
    }
    const larger = this.#firstFrom(own + 1);
    return larger === undefined ? 0 : section.read(FREE_LISTS + larger);
  }

  add(cell: number, words: number): void {
    const section = this.#section;
    const list = listOf(words);
    const next = section.read(FREE_LISTS + list);
    section.write(cell + CELL_NEXT, next);
    section.write(cell + CELL_PREVIOUS, 0);
    section.write(FREE_LISTS + list, cell);
    if (next !== 0) section.write(next + CELL_PREVIOUS, cell);
    else section.write(FREE_MAP + (list >>> 5), section.read(FREE_MAP + (list >>> 5)) | (1 << (list & 31)));
  }

  remove(cell: number, words: number): void {
    const section = this.#section;
    const next = section.read(cell + CELL_NEXT);
    const previous = section.read(cell + CELL_PREVIOUS);
    if (next !== 0) section.write(next + CELL_PREVIOUS, previous);
    if (previous !== 0) {
      section.write(previous + CELL_NEXT, next);
      return;
    }
    const list = listOf(words);
    section.write(FREE_LISTS + list, next);
    if (next !== 0) return;
    section.write(FREE_MAP + (list >>> 5), section.read(FREE_MAP + (list >>> 5)) & ~(1 << (list & 31)));
  }

  /** Has a free cell that is of another size now in the list of its size. */
  move(cell: number, before: number, words: number): void {
    if (listOf(before) === listOf(words)) return;
    this.remove(cell, before);
    this.add(cell, words);
  }

  /** The first list from `list` on that is not empty: any cell in it is larger than what belongs into those before. */
  #firstFrom(list: number): number | undefined {
    let mask = -1 << (list & 31);
    for (let word = list >>> 5; word < FREE_LIST_COUNT / 32; word++, mask = -1) {
      const lists = this.#section.read(FREE_MAP + word) & mask;
      if (lists !== 0) return word * 32 + 31 - Math.clz32(lists & -lists);
    }
    return undefined;
  }
}

/** The list for cells of that size. Up to 16 units there is one for each size, then eight for each power of two. */
function listOf(words: number): number {
  const units = words / CELL_UNIT;
  if (units < LISTS_A_POWER) return units;
  const power = 31 - Math.clz32(units);
  const part = (units >>> (power - LISTS_A_POWER_LOG2)) & (LISTS_A_POWER - 1);
  return (power - LISTS_A_POWER_LOG2 + 1) * LISTS_A_POWER + part;
}
