import assert from "node:assert/strict";
import { describe, it } from "vitest";
import type { Kernel } from "../src/kernel/kernel.js";
import {
  CELL_LATCH,
  CELL_PAYLOAD,
  JOURNAL_ENTRY_WORDS,
  Kind,
  LATCH_COMMITTED,
  LATCH_INHERITED,
  latchWord,
  NODE_CELL,
  NODE_STATE,
  NODE_WAITING,
  OUTCOME_GRANTED,
  SLOT_JOURNAL,
  SLOT_JOURNAL_COUNT,
  SLOT_LATCH,
  slotAddress,
  WAIT_QUEUE_A,
} from "../src/kernel/layout.js";
import { claimSlot, freeSlot } from "../src/kernel/worker-table.js";
import { oneThread, openKernel, openKernels } from "./kernels.js";

const A = CELL_PAYLOAD;
const B = CELL_PAYLOAD + 1;

type Entries = readonly (readonly [address: number, value: number])[];

function cellOf(kernel: Kernel): number {
  const cell = kernel.cells.create(Kind.Event, 4);
  kernel.region.i32[cell + A] = 1;
  kernel.region.i32[cell + B] = 2;
  return cell;
}

/** The word of a latch that a worker holds. */
const wordOf = ({ slot, id }: Kernel): number => latchWord(slot, id);

const wordsOf = (kernel: Kernel, cell: number): number[] =>
  [CELL_LATCH, A, B].map((word) => kernel.region.i32[cell + word] as number);

/** Has a worker die after it has committed, with some of it carried out. */
function commitAndDie({ section, region: { i32 }, slot, ...kernel }: Kernel, entries: Entries, carriedOut = 0): void {
  for (const [address, value] of entries) section.write(address, value);
  const latch = i32[slotAddress(slot) + SLOT_LATCH] as number;
  i32[slotAddress(slot) + SLOT_JOURNAL_COUNT] = entries.length;
  i32[latch] = latchWord(slot, kernel.id) | LATCH_COMMITTED;
  for (let n = 0; n < carriedOut; n++) {
    const entry = slotAddress(slot) + SLOT_JOURNAL + n * JOURNAL_ENTRY_WORDS;
    i32[i32[entry] as number] = i32[entry + 2] as number;
  }
}

/** Kernels of one region, each of which takes all others for dead. */
function openDead(count: number): [Kernel, ...Kernel[]] {
  const kernels = openKernels(count);
  for (const { region } of kernels) {
    Object.assign(region.memory, { liveness: { ...region.memory.liveness, hasDied: () => true } });
  }
  return kernels;
}

describe("a worker that dies in a critical section", () => {
  function enter(): { survivor: Kernel; dead: Kernel; cell: number; entries: Entries } {
    const [survivor, dead] = openKernels(2) as [Kernel, Kernel];
    const cell = cellOf(survivor);
    dead.section.enter(cell + CELL_LATCH);
    return { survivor, dead, cell, entries: [[cell + A, 10] as const, [cell + B, 20] as const] };
  }

  it("has done nothing, if it had not committed", () => {
    const { survivor, dead, cell, entries } = enter();
    for (const [address, value] of entries) dead.section.write(address, value);
    survivor.section.repair(dead.slot);
    assert.deepEqual(wordsOf(survivor, cell), [0, 1, 2]);
  });

  it("has done everything, if it had committed, however much of it was carried out", () => {
    for (const carriedOut of [0, 1, 2]) {
      const { survivor, dead, cell, entries } = enter();
      commitAndDie(dead, entries, carriedOut);
      survivor.section.repair(dead.slot);
      assert.deepEqual(wordsOf(survivor, cell), [0, 10, 20]);
      survivor.section.repair(dead.slot);
      assert.deepEqual(wordsOf(survivor, cell), [0, 10, 20]);
    }
  });

  it("leaves alone what others have changed since its last store", () => {
    const { survivor, dead, cell, entries } = enter();
    commitAndDie(dead, entries, 2);
    // A fast path needs no latch: somebody has moved on from what the dead worker stored.
    survivor.region.i32[cell + B] = 30;
    survivor.section.repair(dead.slot);
    assert.deepEqual(wordsOf(survivor, cell), [0, 10, 30]);
  });

  it("gives back only its own latch", () => {
    const { survivor, dead, cell } = enter();
    dead.section.leave();
    survivor.region.i32[slotAddress(dead.slot) + SLOT_LATCH] = cell + CELL_LATCH;
    survivor.section.enter(cell + CELL_LATCH);
    survivor.section.repair(dead.slot);
    assert.equal(wordsOf(survivor, cell)[0], wordOf(survivor));
    survivor.section.leave();
  });

  it("has not granted a wait, as far as its owner is concerned, before all of it is carried out", () => {
    const [survivor, dead, owner] = openKernels(3) as [Kernel, Kernel, Kernel];
    const [here, elsewhere] = [cellOf(survivor), cellOf(survivor)];
    const node = owner.waiters.newNode();
    owner.section.run(here + CELL_LATCH, () => owner.waiters.enqueue(node, here, WAIT_QUEUE_A));
    dead.section.enter(here + CELL_LATCH);
    dead.waiters.grant(node, OUTCOME_GRANTED);
    const { i32 } = survivor.region;
    commitAndDie(dead, []);
    const journal = slotAddress(dead.slot) + SLOT_JOURNAL;
    let length = 0;
    while (i32[journal + length * JOURNAL_ENTRY_WORDS] !== 0) length++;
    i32[slotAddress(dead.slot) + SLOT_JOURNAL_COUNT] = length;
    for (let entry = journal; entry < journal + length * JOURNAL_ENTRY_WORDS; entry += JOURNAL_ENTRY_WORDS) {
      i32[i32[entry] as number] = i32[entry + 2] as number;
    }
    // An owner that is busy looking must not go on: it might wait elsewhere by the same node, and be granted that, too.
    let isRepaired = false;
    owner.bell.pause = () => {
      survivor.section.repair(dead.slot);
      isRepaired = true;
    };
    assert.ok(owner.waiters.isGranted(node));
    assert.ok(isRepaired);
    owner.waiters.acknowledge(node);
    const again = owner.waiters.newNode();
    owner.section.run(elsewhere + CELL_LATCH, () => owner.waiters.enqueue(again, elsewhere, WAIT_QUEUE_A));
    survivor.section.repair(dead.slot);
    assert.deepEqual([again, i32[again + NODE_STATE], i32[again + NODE_CELL]], [node, NODE_WAITING, elsewhere]);
  });
});

describe("a latch whose holder has died", () => {
  it("is inherited by who waits for it, with what was committed under it", () => {
    const [heir, dead] = openDead(2) as [Kernel, Kernel];
    const cell = cellOf(heir);
    dead.section.enter(cell + CELL_LATCH);
    commitAndDie(dead, [[cell + A, 10]]);
    heir.section.run(cell + CELL_LATCH, () => {
      assert.deepEqual(wordsOf(heir, cell), [wordOf(heir), 10, 2]);
    });
    // Recovery comes later, and finds nothing to do.
    heir.region.i32[cell + A] = 1;
    heir.section.repair(dead.slot);
    assert.deepEqual(wordsOf(heir, cell), [0, 1, 2]);
    assert.equal(heir.region.i32[slotAddress(dead.slot) + SLOT_LATCH], 0);
  });

  it("is inherited from an heir that died before it had done anything, by the worker that recovers its slot and by who waits for it", () => {
    for (const isRecovered of [true, false]) {
      const [survivor, first, second] = openDead(3) as [Kernel, Kernel, Kernel];
      const cell = cellOf(survivor);
      first.section.enter(cell + CELL_LATCH);
      commitAndDie(first, [[cell + A, 10]]);
      dieAsHeir(second, cell + CELL_LATCH);
      assert.deepEqual(wordsOf(survivor, cell), [wordOf(second) | LATCH_INHERITED, 1, 2]);
      if (isRecovered) {
        survivor.section.repair(first.slot);
        assert.deepEqual(wordsOf(survivor, cell), [0, 10, 2]);
      } else {
        survivor.section.run(cell + CELL_LATCH, () => {});
      }
      survivor.section.repair(second.slot);
      assert.deepEqual(wordsOf(survivor, cell), [0, 10, 2]);
    }
  });

  it("stays the dead worker's if its heir does not get to the end of what was committed under it", () => {
    const [heir, dead, next] = openDead(3) as [Kernel, Kernel, Kernel];
    const cell = cellOf(heir);
    dead.section.enter(cell + CELL_LATCH);
    commitAndDie(dead, [[cell + A, 10]]);
    const { reach } = heir.region;
    heir.region.reach = () => {
      throw new RangeError("Maximum call stack size exceeded");
    };
    assert.throws(() => heir.section.run(cell + CELL_LATCH, () => {}), RangeError);
    heir.region.reach = reach;
    assert.deepEqual(wordsOf(heir, cell), [wordOf(dead) | LATCH_COMMITTED, 1, 2]);
    next.section.run(cell + CELL_LATCH, () => {});
    assert.deepEqual(wordsOf(heir, cell), [0, 10, 2]);
  });

  it("is not taken by who found it so, once another worker has the slot", () => {
    const [late, dead] = openKernels(2) as [Kernel, Kernel];
    const cell = cellOf(late);
    const latch = cell + CELL_LATCH;
    dead.section.enter(latch);
    let successor: Kernel | undefined;
    const hasDied = (slot: number): boolean => {
      assert.equal(slot, dead.slot);
      if (successor !== undefined) return false;
      // Between the look at the latch and the step that takes it over, everything happens.
      const recoverer = openKernel(oneThread, placeOf(late));
      recoverer.section.repair(dead.slot);
      freeSlot(late.region, dead.slot);
      successor = openKernel(oneThread, placeOf(late));
      assert.equal(successor.slot, dead.slot);
      successor.section.enter(latch);
      return true;
    };
    Object.assign(late.region.memory, { liveness: { ...late.region.memory.liveness, hasDied } });
    let pauses = 0;
    late.bell.pause = () => {
      if (pauses++ === 20) successor?.section.leave();
    };
    late.section.run(latch, () => {
      assert.ok(pauses > 20, "it waited until the latch was given back");
    });
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
    kernel.section.run(cell + CELL_LATCH, () => {
      kernel.section.write(cell + A, 5);
      kernel.section.write(cell + A, 6);
      assert.equal(kernel.section.read(cell + A), 6);
      assert.equal(kernel.region.i32[cell + A], 1);
    });
    assert.deepEqual(wordsOf(kernel, cell), [0, 6, 2]);
  });

  it("leaves a word alone that others have changed since the decision to write it", () => {
    const [kernel] = openKernels(1);
    const cell = cellOf(kernel);
    kernel.section.run(cell + CELL_LATCH, () => {
      kernel.region.i32[cell + A] = 7;
      kernel.section.write(cell + A, 5, 1);
      kernel.section.write(cell + B, 6, 2);
      kernel.section.write(cell + B, 8, 7);
    });
    assert.deepEqual(wordsOf(kernel, cell), [0, 7, 8]);
  });

  it("that throws has done what it had committed, and nothing else", () => {
    const [kernel] = openKernels(1);
    const cell = cellOf(kernel);
    const error = new Error("thrown in it");
    const act = (): void => {
      kernel.section.write(cell + A, 5);
      kernel.section.commit();
      kernel.section.write(cell + B, 6);
      throw error;
    };
    assert.throws(() => kernel.section.run(cell + CELL_LATCH, act), error);
    assert.deepEqual(wordsOf(kernel, cell), [0, 5, 2]);
    assert.equal(kernel.region.i32[slotAddress(kernel.slot) + SLOT_LATCH], 0);
  });

  it("that nobody left is ended by this worker's next one: its committed journal has happened", () => {
    for (const [isCommitted, words] of [
      [false, [0, 1, 2]],
      [true, [0, 10, 2]],
    ] as const) {
      const [kernel] = openKernels(1);
      const [cell, other] = [cellOf(kernel), cellOf(kernel)];
      kernel.section.enter(cell + CELL_LATCH);
      if (isCommitted) commitAndDie(kernel, [[cell + A, 10]]);
      else kernel.section.write(cell + A, 10);
      kernel.section.run(other + CELL_LATCH, () => {});
      assert.deepEqual(wordsOf(kernel, cell), words);
    }
  });

  it("that was entered from within another is ended, and the other one fails", () => {
    const [kernel] = openKernels(1);
    const cell = cellOf(kernel);
    const nest = (): void => {
      kernel.section.write(cell + A, 10);
      kernel.section.run(cell + CELL_LATCH, () => kernel.section.write(cell + B, 20));
    };
    assert.throws(() => kernel.section.run(cell + CELL_LATCH, nest), /within another/);
    assert.deepEqual(wordsOf(kernel, cell), [0, 1, 20]);
  });
});

/** A worker becomes heir of a dead one, and is killed before it has done anything else. */
function dieAsHeir({ section, region, bell }: Kernel, latch: number): void {
  const { reach } = region;
  bell.pause = () => {};
  region.reach = () => {
    throw new Error("killed");
  };
  assert.throws(() => section.enter(latch), /killed/);
  region.reach = reach;
}

const placeOf = ({ region, slot }: Kernel) => ({ memory: region.memory.token, ...claimSlot(region, slot) });
