import assert from "node:assert/strict";
import {
  CELL_KIND,
  CELL_NEIGHBOUR,
  CELL_NEXT,
  CELL_PREVIOUS,
  CELL_SIZE,
  CELL_UNIT,
  CELLS,
  FREE_LIST_COUNT,
  FREE_LISTS,
  FREE_MAP,
  Kind,
  LAST_CELL,
  TOP,
} from "../../src/kernel/layout.js";
import type { Region } from "../../src/kernel/region.js";

/** Looks at every word by which the allocator finds cells, while nobody changes them; the sizes of the free ones, in their order. */
export function checkHeap(region: Region): number[] {
  const { i32 } = region;
  const at = (address: number): number => Atomics.load(i32, address);
  const free = new Set<number>();
  let before = 0;
  for (let cell = CELLS; cell < at(TOP); cell += at(cell + CELL_SIZE)) {
    const size = at(cell + CELL_SIZE);
    assert.ok(size > 0 && size % CELL_UNIT === 0, `a cell of ${size} words at ${cell}`);
    assert.equal(at(cell + CELL_NEIGHBOUR), before, `the neighbour before the cell at ${cell}`);
    if (at(cell + CELL_KIND) === Kind.Free) {
      free.add(cell);
      assert.ok(before === 0 || !free.has(before), "free cells that stand side by side are one");
    }
    before = cell;
  }
  assert.equal(at(LAST_CELL), before, "the last cell");
  assert.ok(!free.has(before), "a free cell at the end is given up");
  const sizes = [...free].map((cell) => at(cell + CELL_SIZE));
  for (let list = 0; list < FREE_LIST_COUNT; list++) {
    const first = at(FREE_LISTS + list);
    assert.equal(
      (at(FREE_MAP + (list >>> 5)) >>> (list & 31)) & 1,
      first === 0 ? 0 : 1,
      `the map's bit of list ${list}`,
    );
    for (let cell = first, previous = 0; cell !== 0; previous = cell, cell = at(cell + CELL_NEXT)) {
      assert.ok(free.delete(cell), `a free cell in list ${list}, once`);
      assert.equal(at(cell + CELL_PREVIOUS), previous, `the neighbour before ${cell} in its list`);
    }
  }
  assert.equal(free.size, 0, "every free cell is in a list");
  return sizes;
}
