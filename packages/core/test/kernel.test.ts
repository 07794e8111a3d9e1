import assert from "node:assert/strict";
import { describe, it } from "vitest";
import type { HeddleError } from "../src/contracts/errors.js";
import type { Kernel } from "../src/kernel/kernel.js";
import { CELL_LATCH, CELL_PAYLOAD, Kind } from "../src/kernel/layout.js";
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
    const references = one.referenceSets.create([proxy]);
    one.referenceSets.handOver(references, two.slot);
    one.cells.letGo(cell);
    assert.equal(two.usage().objects, 1);
    two.referenceSets.drop(references);
    assert.deepEqual([two.usage().objects, two.usage().bytes], [0, 0]);
  });

  it("a reference set that was dropped is caught", () => {
    const [kernel] = openKernels(1);
    const references = kernel.referenceSets.create([]);
    kernel.referenceSets.drop(references);
    const isStale = (error: HeddleError): boolean => error.code === "HEDDLE_STALE_HANDLE";
    assert.throws(() => kernel.referenceSets.open(references), isStale);
    kernel.referenceSets.create([]);
    assert.throws(() => kernel.referenceSets.drop(references), isStale);
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
