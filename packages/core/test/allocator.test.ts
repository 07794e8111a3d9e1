import assert from "node:assert/strict";
import { afterEach, describe, it, vi } from "vitest";
import { HeddleError, MemoryFullError } from "../src/contracts/errors.js";
import { sizeOf } from "../src/kernel/allocator.js";
import type { Handle } from "../src/kernel/cells.js";
import type { Kernel } from "../src/kernel/kernel.js";
import {
  ALLOCATOR_LATCH,
  CELL_PAYLOAD,
  CELL_REFERENCES,
  CELL_UNIT,
  CELLS,
  Kind,
  LAST_GENERATION,
  TOP,
} from "../src/kernel/layout.js";
import { openKernels } from "./kernels.js";
import { atEveryInstant } from "./reference/crash-harness.js";
import { checkHeap } from "./reference/heap.js";
import { SteppedBackend } from "./reference/stepped-backend.js";

const make = (kernel: Kernel, words: number): number => kernel.cells.create(Kind.Event, words);
/** More than is zeroed under the latch. */
const LARGE_WORDS = 1024;
const topOf = (kernel: Kernel): number => kernel.region.i32[TOP] as number;

/** A kernel in a small region, which others of the same backend share. */
const small = (): Kernel => new SteppedBackend(1).main.kernel;

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the allocator", () => {
  it("gives what was asked for, in units of 32 words, wherever it comes from", () => {
    const [kernel] = openKernels(1);
    for (const words of [0, 1, 12, 13, 44, 45, 1000, 2 ** 16, 2 ** 16 - CELL_PAYLOAD, 2 ** 20]) {
      const cell = make(kernel, words);
      const wanted = Math.ceil((words + CELL_PAYLOAD) / CELL_UNIT) * CELL_UNIT;
      assert.equal(sizeOf(kernel.region, cell), wanted);
    }
    // So an array of 2^n bytes takes that and its header.
    const before = topOf(kernel);
    kernel.blobs.create(2 ** 20);
    assert.equal((topOf(kernel) - before) * 4, 2 ** 20 + CELL_UNIT * 4);
  });

  it("has all of a region again that was full and is empty, in whatever order it was emptied", () => {
    for (const order of [1, -1, 0]) {
      const kernel = small();
      const cells: number[] = [];
      assert.throws(() => {
        for (let n = 0; ; n++) cells.push(make(kernel, (n * 37) % 400));
      }, MemoryFullError);
      const half = cells.map((cell, n) => ({ cell, place: order === 0 ? (n * 7919) % cells.length : n * order }));
      for (const { cell } of half.sort((a, b) => a.place - b.place)) kernel.cells.letGo(cell);
      assert.deepEqual(checkHeap(kernel.region), []);
      assert.equal(topOf(kernel), CELLS);
      const all = kernel.region.i32.length - CELLS - CELL_UNIT;
      kernel.cells.letGo(make(kernel, all));
    }
  });

  it("finds room for what just fits, among what is free and of about that size", () => {
    const kernel = small();
    // Of one list: from 64 units to 71 there is one.
    const sizes = [64, 65, 66, 67, 68, 69, 71, 70];
    const cells = sizes.map((units) => ({
      cell: make(kernel, units * CELL_UNIT - CELL_PAYLOAD),
      gap: make(kernel, 1),
    }));
    assert.throws(() => {
      for (;;) make(kernel, 1);
    }, MemoryFullError);
    for (const { cell } of cells.toReversed()) kernel.cells.letGo(cell);
    const last = make(kernel, 71 * CELL_UNIT - CELL_PAYLOAD);
    assert.equal(last, cells[6]?.cell);
    assert.throws(() => make(kernel, 71 * CELL_UNIT - CELL_PAYLOAD), MemoryFullError);
    make(kernel, 70 * CELL_UNIT - CELL_PAYLOAD);
  });

  it("says how much was wanted when there is no room, and goes on with what there is", () => {
    const kernel = small();
    assert.throws(
      () => make(kernel, 2 ** 20),
      (error: unknown) =>
        error instanceof MemoryFullError &&
        error.code === "HEDDLE_MEMORY_FULL" &&
        /4194432 bytes more.*327680/.test(error.message),
    );
    make(kernel, 100);
    checkHeap(kernel.region);
  });

  it("keeps its books through any order of requests", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const kernel = small();
      const random = randomFrom(seed);
      const held: { cell: number; words: number; mark: number }[] = [];
      for (let n = 0; n < 600; n++) {
        if (random(3) > 0) {
          const words = random(5) === 0 ? random(6000) : random(100);
          const mark = n + 1;
          let cell: number;
          try {
            cell = make(kernel, words);
          } catch (error) {
            assert.ok(error instanceof MemoryFullError);
            for (const { cell } of held.splice(0, held.length >> 1)) kernel.cells.letGo(cell);
            continue;
          }
          const payload = kernel.region.i32.subarray(cell + CELL_PAYLOAD, cell + CELL_PAYLOAD + words);
          assert.ok(
            payload.every((word) => word === 0),
            "zeroed",
          );
          payload.fill(mark);
          held.push({ cell, words, mark });
        } else if (held.length > 0) {
          const [{ cell, words, mark }] = held.splice(random(held.length), 1) as [(typeof held)[0]];
          const payload = kernel.region.i32.subarray(cell + CELL_PAYLOAD, cell + CELL_PAYLOAD + words);
          assert.ok(
            payload.every((word) => word === mark),
            "nobody else's",
          );
          kernel.cells.letGo(cell);
        }
        if (n % 20 === 0) checkHeap(kernel.region);
      }
      for (const { cell } of held) kernel.cells.letGo(cell);
      assert.deepEqual(checkHeap(kernel.region), []);
      assert.equal(topOf(kernel), CELLS);
    }
  });

  it("zeroes what another worker has used, beyond where this one has looked", () => {
    const [here, there] = openKernels(2) as [Kernel, Kernel];
    const words = 750_000;
    const cell = make(there, words);
    there.region.i32.fill(-1, cell + CELL_PAYLOAD, cell + CELL_PAYLOAD + words);
    const behind = make(there, 1);
    there.cells.letGo(cell);
    const again = make(here, words);
    assert.equal(again, cell);
    assert.ok(there.region.i32.subarray(again + CELL_PAYLOAD, behind).every((word) => word === 0));
  });

  it("cuts a cell off what another worker has freed, beyond where this one has looked", () => {
    const [here, there] = openKernels(2) as [Kernel, Kernel];
    const cell = make(there, 750_000);
    const behind = make(there, 1);
    there.cells.letGo(cell);
    const own = make(here, 1);
    assert.ok(own > cell && own < behind);
    checkHeap(there.region);
    assert.equal(there.cells.handleOfCell(own).kind, Kind.Event);
  });

  it("zeroes what is large while its latch is free: another worker makes and frees cells meanwhile", () => {
    const [kernel, other] = openKernels(2) as [Kernel, Kernel];
    const { fill } = Int32Array.prototype;
    let made = 0;
    vi.spyOn(Int32Array.prototype, "fill").mockImplementation(function (this: Int32Array, value, start = 0, end = 0) {
      if (end - start > LARGE_WORDS) {
        assert.equal(Atomics.load(kernel.region.i32, ALLOCATOR_LATCH), 0);
        other.cells.letGo(make(other, 10));
        made++;
      }
      return fill.call(this, value, start, end);
    });
    for (const words of [LARGE_WORDS + 1, 2 ** 18]) {
      // Used before, so that it has to be zeroed; and once more as a part of what is free.
      const cells = [make(kernel, words), make(kernel, 1), make(kernel, 1)] as const;
      kernel.region.i32.subarray(cells[0] + CELL_PAYLOAD, cells[0] + words).set([7]);
      kernel.cells.letGo(cells[0]);
      const again = make(kernel, words);
      assert.equal(again, cells[0]);
      assert.ok(kernel.region.i32.subarray(again + CELL_PAYLOAD, again + words).every((word) => word === 0));
    }
    assert.equal(made, 2);
    assert.deepEqual(checkHeap(kernel.region), []);
  });

  it("leaves bytes that will be written over as they are", () => {
    const [kernel] = openKernels(1);
    const first = kernel.blobs.create(1000);
    kernel.blobs.bytesOf(first).fill(7);
    const behind = make(kernel, 1);
    kernel.blobs.drop(first);
    const second = kernel.blobs.create(1000);
    assert.equal(second.address, first.address);
    assert.ok(kernel.blobs.bytesOf(second).every((byte) => byte === 7));
    kernel.cells.letGo(behind);
  });

  it("tells every life of a place apart, also when the count of lives wraps", () => {
    const [kernel] = openKernels(1);
    const isStale = (error: unknown): boolean => error instanceof HeddleError && error.code === "HEDDLE_STALE_HANDLE";
    kernel.region.i32[LAST_GENERATION] = 2 ** 31 - 2;
    const handles = Array.from({ length: 4 }, () => {
      const cell = make(kernel, 1);
      const handle = kernel.cells.handleOfCell(cell);
      kernel.cells.check(handle);
      // As it comes out of a frame.
      kernel.cells.check({ ...handle, generation: handle.generation >>> 0 });
      kernel.cells.letGo(cell);
      return handle;
    });
    make(kernel, 1);
    assert.equal(new Set(handles.map(({ generation }) => generation)).size, 4);
    assert.equal(new Set(handles.map(({ address }) => address)).size, 1);
    for (const handle of handles) assert.throws(() => kernel.cells.check(handle), isStale);
  });

  it("takes no bytes within a cell for another cell, even if they look like one", () => {
    const [kernel] = openKernels(1);
    const isStale = (error: unknown): boolean => error instanceof HeddleError && error.code === "HEDDLE_STALE_HANDLE";
    const cells = [make(kernel, 1), make(kernel, 1)] as const;
    const handle = kernel.cells.handleOfCell(cells[1]);
    const header = kernel.region.i32.slice(cells[1], cells[1] + CELL_PAYLOAD);
    for (const cell of cells) kernel.cells.letGo(cell);
    const large = make(kernel, 2 * CELL_UNIT);
    assert.equal(large, cells[0]);
    assert.throws(() => kernel.cells.check(handle), isStale);
    kernel.region.i32.set(header, cells[1]);
    assert.throws(() => kernel.cells.check(handle), isStale);
  });
});

describe("a walk through the cells", () => {
  it("sees cells that stay in use all the while, even if others split and join cells meanwhile", () => {
    const [walker, other] = openKernels(2) as [Kernel, Kernel];
    const cells = Array.from({ length: 2000 }, (_, n) => make(other, n % 3 === 0 ? 1 : 50));
    const kept = new Set(cells.filter((_, n) => n % 10 === 0));
    const gone = cells.filter((cell) => !kept.has(cell));
    const run = walker.section.run.bind(walker.section);
    let rounds = 0;
    walker.section.run = (latch, act) => {
      // Between its sections: cells that it has passed and cells before it go, and are used in other sizes.
      for (const cell of gone.splice(0, 400)) other.cells.letGo(cell);
      for (let n = 0; n < 3; n++) make(other, 30 + rounds * 17);
      rounds++;
      return run(latch, act);
    };
    const seen = new Map<number, number>();
    walker.allocator.walk((cell) => seen.set(cell, (seen.get(cell) ?? 0) + 1));
    assert.ok(rounds > 3);
    for (const cell of kept) assert.equal(seen.get(cell), 1);
  });

  it("ends where the cells end, also when they end before where it had come to", () => {
    const [walker, other] = openKernels(2) as [Kernel, Kernel];
    const cells = Array.from({ length: 600 }, () => make(other, 1));
    const run = walker.section.run.bind(walker.section);
    walker.section.run = (latch, act) => {
      // The walk stands at the 256th cell when all of them go, and something large comes instead of them.
      if (cells.length === 600 && walker.region.i32[latch] === 0 && seen.length > 0) {
        for (const cell of cells.splice(0).toReversed()) other.cells.letGo(cell);
        other.region.i32.fill(-1, make(other, 100_000) + CELL_PAYLOAD, topOf(other));
      }
      return run(latch, act);
    };
    const seen: number[] = [];
    walker.allocator.walk((cell) => seen.push(cell));

    assert.ok(seen.length <= 257);
  });
});

describe("a worker killed at any instant while it", () => {
  const sizes = [1, 200, 2000, 40];

  it("splits cells and joins them: they are used or free, and the books are right", () =>
    atEveryInstant(async ({ main, victim, dying }) => {
      const cells = sizes.map((words) => make(main.kernel, words));
      for (const cell of cells.filter((_, n) => n % 2 === 1)) main.kernel.cells.letGo(cell);
      const others = cells.filter((_, n) => n % 2 === 0);
      await dying(() => {
        const made = [10, 400, 20, 3000].map((words) => make(victim.kernel, words));
        for (const n of [1, 0, 3, 2]) victim.kernel.cells.letGo(made[n] as number);
      });
      checkHeap(main.kernel.region);
      for (const cell of others) main.kernel.cells.letGo(cell);
      assert.deepEqual(checkHeap(main.kernel.region), []);
    }));

  it("makes a large array where something else was: the worker that recovers its slot takes none of that for the array's", () =>
    atEveryInstant(async (harness) => {
      const { main, victim, dying } = harness;
      const lock = harness.keep(new main.surface.Lock());
      const { address } = main.kernel.cells.handleOf(lock) as Handle;
      const before = make(main.kernel, 1000);
      const behind = make(main.kernel, 1);
      // An array refers to its own lock by one of these words.
      main.kernel.region.i32.fill(address, before + CELL_PAYLOAD, before + sizeOf(main.kernel.region, before));
      main.kernel.cells.letGo(before);
      await dying(() => new victim.surface.SharedArray("i32", 900).dispose());
      assert.equal(main.kernel.region.i32[address + CELL_REFERENCES], 1);
      main.kernel.cells.letGo(behind);
    }));

  it("walks through the cells: others join them as ever", () =>
    atEveryInstant(async ({ main, victim, dying }) => {
      const cells = Array.from({ length: 6 }, () => make(main.kernel, 1));
      await dying(() => victim.kernel.usage());
      for (const cell of cells) main.kernel.cells.letGo(cell);
      assert.deepEqual(checkHeap(main.kernel.region), []);
    }));
});

/** Whole numbers below a bound, the same ones for the same seed (Numerical Recipes' linear congruential generator). */
function randomFrom(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}
