import assert from "node:assert/strict";
import { describe, it } from "vitest";
import type { HeddleError } from "../src/contracts/errors.js";
import type { Kernel } from "../src/kernel/kernel.js";
import {
  CELL_LATCH,
  CELL_PAYLOAD,
  JOURNAL_ENTRY_WORDS,
  Kind,
  SLOT_JOURNAL,
  SLOT_JOURNAL_COUNT,
  SLOT_LATCH,
  slotAddress,
} from "../src/kernel/layout.js";
import { openKernels } from "./kernels.js";

const A = CELL_PAYLOAD;
const B = CELL_PAYLOAD + 1;

function cellOf(kernel: Kernel): number {
  const cell = kernel.cells.create(Kind.Event, 4);
  kernel.region.i32[cell + A] = 1;
  kernel.region.i32[cell + B] = 2;
  return cell;
}

const wordsOf = (kernel: Kernel, cell: number): number[] => [
  kernel.region.i32[cell + CELL_LATCH] as number,
  kernel.region.i32[cell + A] as number,
  kernel.region.i32[cell + B] as number,
];

describe("a worker that dies in a critical section", () => {
  function dieHavingWritten(): { survivor: Kernel; dead: Kernel; cell: number } {
    const [survivor, dead] = openKernels(2) as [Kernel, Kernel];
    const cell = cellOf(survivor);
    dead.section.enter(cell + CELL_LATCH);
    dead.section.write(cell + A, 10);
    dead.section.write(cell + B, 20);
    return { survivor, dead, cell };
  }

  it("has done nothing, if it had not committed", () => {
    const { survivor, dead, cell } = dieHavingWritten();
    survivor.section.repair(dead.slot);
    assert.deepEqual(wordsOf(survivor, cell), [0, 1, 2]);
  });

  it("has done everything, if it had committed, however much of it was carried out", () => {
    for (const carriedOut of [0, 1, 2]) {
      const { survivor, dead, cell } = dieHavingWritten();
      const { i32 } = survivor.region;
      const slot = slotAddress(dead.slot);
      i32[slot + SLOT_JOURNAL_COUNT] = 2;
      for (let n = 0; n < carriedOut; n++) {
        const entry = slot + SLOT_JOURNAL + n * JOURNAL_ENTRY_WORDS;
        i32[i32[entry] as number] = i32[entry + 2] as number;
      }
      survivor.section.repair(dead.slot);
      assert.deepEqual(wordsOf(survivor, cell), [0, 10, 20]);
      survivor.section.repair(dead.slot);
      assert.deepEqual(wordsOf(survivor, cell), [0, 10, 20]);
    }
  });

  it("leaves alone what others have changed since its last store", () => {
    const { survivor, dead, cell } = dieHavingWritten();
    const { i32 } = survivor.region;
    i32[slotAddress(dead.slot) + SLOT_JOURNAL_COUNT] = 2;
    i32[cell + A] = 10;
    i32[cell + B] = 20;
    // A fast path needs no latch: somebody has moved on from what the dead worker stored.
    i32[cell + B] = 30;
    survivor.section.repair(dead.slot);
    assert.deepEqual(wordsOf(survivor, cell), [0, 10, 30]);
  });

  it("gives back only its own latch", () => {
    const [survivor, dead] = openKernels(2) as [Kernel, Kernel];
    const cell = cellOf(survivor);
    dead.section.enter(cell + CELL_LATCH);
    dead.section.leave();
    survivor.section.enter(cell + CELL_LATCH);
    survivor.section.repair(dead.slot);
    assert.equal(wordsOf(survivor, cell)[0], survivor.me);
    survivor.section.leave();
  });
});

describe("a latch whose holder has died", () => {
  /** Kernels of one region, in which nobody but the first lives any more. */
  function openDead(count: number): [Kernel, ...Kernel[]] {
    const kernels = openKernels(count);
    const [survivor] = kernels;
    Object.assign(survivor.region.memory, { lives: { ...survivor.region.memory.lives, hasDied: () => true } });
    return kernels;
  }

  function commitAndDie(kernel: Kernel, entries: readonly (readonly [address: number, value: number])[]): void {
    for (const [address, value] of entries) kernel.section.write(address, value);
    kernel.region.i32[slotAddress(kernel.slot) + SLOT_JOURNAL_COUNT] = entries.length;
  }

  it("is inherited by who waits for it, with what was committed under it", () => {
    const [heir, dead] = openDead(2) as [Kernel, Kernel];
    const cell = cellOf(heir);
    dead.section.enter(cell + CELL_LATCH);
    commitAndDie(dead, [[cell + A, 10]]);
    heir.section.enter(cell + CELL_LATCH);
    assert.deepEqual(wordsOf(heir, cell), [heir.me, 10, 2]);
    heir.section.leave();
    // Its sweeper comes later, and finds nothing to do.
    heir.region.i32[cell + A] = 1;
    heir.section.repair(dead.slot);
    assert.deepEqual(wordsOf(heir, cell), [0, 1, 2]);
    assert.equal(heir.region.i32[slotAddress(dead.slot) + SLOT_LATCH], 0);
  });

  it("is inherited from an heir that died before it had done anything", () => {
    const [survivor, first, second] = openDead(3) as [Kernel, Kernel, Kernel];
    const cell = cellOf(survivor);
    const { i32 } = survivor.region;
    first.section.enter(cell + CELL_LATCH);
    commitAndDie(first, [[cell + A, 10]]);
    i32[slotAddress(second.slot) + SLOT_LATCH] = cell + CELL_LATCH;
    i32[cell + CELL_LATCH] = second.me;
    survivor.section.repair(first.slot);
    assert.deepEqual(wordsOf(survivor, cell), [0, 10, 2]);
    survivor.section.repair(second.slot);
    assert.deepEqual(wordsOf(survivor, cell), [0, 10, 2]);
  });

  it("is waited for, while one who lives holds it", () => {
    const [waiter, holder] = openKernels(2) as [Kernel, Kernel];
    const cell = cellOf(waiter);
    holder.section.enter(cell + CELL_LATCH);
    let pauses = 0;
    waiter.bell.pause = () => {
      if (++pauses === 3) holder.section.leave();
    };
    waiter.section.enter(cell + CELL_LATCH);
    assert.equal(pauses, 3);
    waiter.section.leave();
  });
});

describe("a critical section", () => {
  it("reads what it has written, and others do not until it commits", () => {
    const [kernel] = openKernels(1);
    const cell = cellOf(kernel);
    kernel.section.enter(cell + CELL_LATCH);
    kernel.section.write(cell + A, 5);
    kernel.section.write(cell + A, 6);
    assert.equal(kernel.section.read(cell + A), 6);
    assert.equal(kernel.region.i32[cell + A], 1);
    kernel.section.leave();
    assert.deepEqual(wordsOf(kernel, cell), [0, 6, 2]);
  });

  it("leaves a word alone that others have changed since the decision to write it", () => {
    const [kernel] = openKernels(1);
    const cell = cellOf(kernel);
    const { i32 } = kernel.region;
    kernel.section.enter(cell + CELL_LATCH);
    i32[cell + A] = 7;
    kernel.section.write(cell + A, 5, 1);
    kernel.section.write(cell + B, 6, 2);
    kernel.section.write(cell + B, 8, 7);
    kernel.section.leave();
    assert.deepEqual(wordsOf(kernel, cell), [0, 7, 8]);
  });

  it("is not entered from within another", () => {
    const [kernel] = openKernels(1);
    const cell = cellOf(kernel);
    kernel.section.enter(cell + CELL_LATCH);
    assert.throws(() => kernel.section.enter(cell + CELL_LATCH), /within another/);
    kernel.section.drop();
  });
});

describe("cells", () => {
  it("are reused, zeroed, and of another generation", () => {
    const [kernel] = openKernels(1);
    const first = cellOf(kernel);
    const before = kernel.cells.handleOfCell(first);
    kernel.cells.letGo(first);
    const second = kernel.cells.create(Kind.Event, 4);
    assert.equal(second, first);
    assert.deepEqual(wordsOf(kernel, second), [0, 0, 0]);
    assert.notEqual(kernel.cells.handleOfCell(second).generation, before.generation);
  });

  it("live as long as any worker or message refers to them", () => {
    const [one, two] = openKernels(2) as [Kernel, Kernel];
    const cell = cellOf(one);
    const proxy = {};
    one.cells.register(proxy, cell);
    const bundle = one.bundles.tie([proxy]);
    one.bundles.handOver(bundle, two.slot);
    one.cells.letGo(cell);
    assert.equal(two.usage().objects, 1);
    two.bundles.drop(bundle);
    assert.deepEqual([two.usage().objects, two.usage().bytes], [0, 0]);
  });

  it("a bundle that was dropped is caught", () => {
    const [kernel] = openKernels(1);
    const bundle = kernel.bundles.tie([]);
    kernel.bundles.drop(bundle);
    const isStale = (error: HeddleError): boolean => error.code === "HEDDLE_STALE_HANDLE";
    assert.throws(() => kernel.bundles.open(bundle), isStale);
    kernel.bundles.tie([]);
    assert.throws(() => kernel.bundles.drop(bundle), isStale);
  });

  it("of any size can be had as the region grows, and every worker reaches them", () => {
    const [one, two] = openKernels(2) as [Kernel, Kernel];
    const cells = [10, 1000, 100_000, 3_000_000].map((words) => one.cells.create(Kind.SharedArray, words));
    const last = cells.at(-1) as number;
    one.region.i32[last + 2_900_000] = 7;
    two.region.reach(last + 2_900_000);
    assert.equal(two.region.i32[last + 2_900_000], 7);
  });
});
