import assert from "node:assert/strict";
import { describe, it } from "vitest";
import type { Kernel } from "../src/kernel/kernel.js";
import {
  BARRIER_ACT,
  CELL_GENERATION,
  CELL_LATCH,
  CELL_PAYLOAD,
  CLAIM_POSTED,
  CLAIM_STARTED,
  claimWord,
  Kind,
  LAST_ID,
  LAST_POOL_NAME,
  LAST_WORKER_NAME,
  QUEUE_SERIAL,
  QUEUE_UNFINISHED,
  SLOT_BELL,
  SLOT_BLOCKINGS,
  slotAddress,
} from "../src/kernel/layout.js";
import { claimSlot, freeSlot, nextOrdinal } from "../src/kernel/worker-table.js";
import { TaskScope } from "../src/worker/current.js";
import { oneThread, openKernel, openKernels } from "./kernels.js";
import { type Worker, workers } from "./workers.js";

/** Counts shortly before a 32-bit word becomes negative, and before it is 0 again. */
const EDGES = [2 ** 31 - 3, 2 ** 32 - 3];
const STEPS = 6;

const cellOf = ({ kernel }: Worker, object: object): number => kernel.cells.handleOf(object)?.address ?? 0;

/** The words of the region that count up (see the table in ARCHITECTURE), set to a count shortly before they go round, and used. */
describe.each(EDGES)("after a count of %d", (edge) => {
  it("workers' ids are positive, each another, and latches are theirs alone", () => {
    const [first, second] = openKernels(2) as [Kernel, Kernel];
    first.region.i32[LAST_ID] = edge;
    const ids = new Set<number>();
    for (let n = 0; n < STEPS; n++) {
      freeSlot(first.region, second.slot);
      const { slot, id } = claimSlot(first.region, first.slot);
      assert.equal(slot, second.slot);
      ids.add(id);
      const kernel = openKernel(oneThread, { memory: first.region.memory.token, slot, id });
      const cell = kernel.cells.create(Kind.Event, 1);
      kernel.section.run(cell + CELL_LATCH, () => kernel.section.write(cell + CELL_PAYLOAD, id));
      kernel.section.enter(cell + CELL_LATCH);
      first.section.repair(slot);
      assert.deepEqual([first.region.i32[cell + CELL_LATCH], first.region.i32[cell + CELL_PAYLOAD]], [0, id | 0]);
    }
    assert.equal(ids.size, STEPS);
    assert.ok([...ids].every((id) => id > 0));
  });

  it("a bell is heard", async () => {
    const [one, two] = workers();
    one.kernel.region.i32[slotAddress(two.kernel.slot) + SLOT_BELL] = edge;
    const lock = new one.surface.Lock();
    for (let n = 0; n < STEPS; n++) {
      lock.tryAcquire();
      const waiting = two.see(lock).acquire();
      lock.release();
      assert.equal(await waiting, true);
      lock.release();
    }
  });

  it("a lock is its task's, whichever task that is", async () => {
    const [{ kernel, surface }] = workers();
    let task: TaskScope | undefined;
    kernel.currentTask = () => task?.serial ?? 0;
    const lock = new surface.RLock();
    TaskScope.last = (edge + 1) | 0;
    const serials = new Set<number>([0]);
    for (let n = 0; n < STEPS; n++) {
      task = new TaskScope(n, "task");
      serials.add(task.serial);
      assert.ok(lock.tryAcquire() && (await lock.acquire()));
      const other = new TaskScope(n, "task");
      const mine = task;
      task = other;
      assert.equal(lock.tryAcquire(), false);
      task = undefined;
      assert.equal(lock.tryAcquire(), false);
      task = mine;
      lock.release();
      lock.release();
      assert.equal(lock.locked, false);
    }
    assert.equal(serials.size, STEPS + 1);
  });

  it("an object arrives by a queue, whichever life of its cell it is", () => {
    const [one, two] = workers();
    const queue = new one.surface.Queue<object>();
    const theirs = two.see(queue) as typeof queue;
    for (let n = 0; n < STEPS; n++) {
      const lock = new one.surface.Lock();
      one.kernel.region.i32[cellOf(one, lock) + CELL_GENERATION] = edge + n;
      queue.putNowait([lock]);
      assert.equal((theirs.getNowait() as object[]).length, 1);
    }
    // A reference set has a generation of its own.
    const references = one.kernel.referenceSets.create([]);
    one.kernel.region.i32[references.address + CELL_GENERATION] = edge + STEPS;
    const again = one.kernel.cells.handleOfCell(references.address);
    one.kernel.cells.check({ ...again, generation: again.generation >>> 0 });
    one.kernel.cells.check({ ...again, generation: again.generation | 0 });
  });

  it("items of a priority queue come in the order in which they went in", () => {
    const [one] = workers();
    const queue = new one.surface.PriorityQueue<[number, string]>();
    one.kernel.region.i32[cellOf(one, queue) + QUEUE_SERIAL] = edge;
    const words = Array.from({ length: STEPS }, (_, n) => `${n}`);
    for (const word of words) queue.putNowait([1, word]);
    assert.deepEqual(
      words.map(() => queue.getNowait()[1]),
      words,
    );
  });

  it("a queue of which nobody marks items done goes on, and what is marked counts", () => {
    const [one] = workers();
    const queue = new one.surface.Queue<number>();
    one.kernel.region.i32[cellOf(one, queue) + QUEUE_UNFINISHED] = edge;
    for (let n = 0; n < STEPS; n++) queue.putNowait(n);
    for (let n = 0; n < STEPS; n++) assert.equal(queue.getNowait(), n);
    assert.equal(one.kernel.region.i32[cellOf(one, queue) + QUEUE_UNFINISHED], (edge + STEPS) | 0);
  });

  it("a barrier's action runs once a round", async () => {
    const [one] = workers();
    let runs = 0;
    const barrier = new one.surface.Barrier(1, { action: () => void runs++ });
    one.kernel.region.i32[cellOf(one, barrier) + BARRIER_ACT] = edge;
    for (let n = 0; n < STEPS; n++) assert.equal(await barrier.wait(), 0);
    assert.equal(runs, STEPS);
  });

  it("a worker that blocks itself is found to do so", () => {
    const [one] = workers();
    const lock = new one.surface.RWLock();
    const write = lock.holdWriteSync();
    one.kernel.region.i32[slotAddress(one.kernel.slot) + SLOT_BLOCKINGS] = edge;
    for (let n = 0; n < STEPS; n++) assert.throws(() => lock.holdWriteSync(), { code: "HEDDLE_DEADLOCK" });
    write.release();
  });

  it("claims of calls differ by call and by state", () => {
    const [{ kernel }] = workers();
    const { i32 } = kernel.region;
    const cell = kernel.cells.create(Kind.Bytes, STEPS);
    for (let n = 0; n < STEPS; n++) {
      const call = Math.floor(edge / 4) + n;
      Atomics.store(i32, cell + CELL_PAYLOAD, claimWord(call, CLAIM_POSTED));
      const [posted, startedWord] = [claimWord(call, CLAIM_POSTED), claimWord(call, CLAIM_STARTED)];
      assert.equal(Atomics.compareExchange(i32, cell + CELL_PAYLOAD, posted, startedWord), posted);
      assert.equal(Atomics.load(i32, cell + CELL_PAYLOAD), startedWord);
    }
  });

  it("names that workers and pools get are never negative", () => {
    const [{ kernel }] = workers();
    for (const word of [LAST_WORKER_NAME, LAST_POOL_NAME]) {
      kernel.region.i32[word] = edge;
      for (let n = 0; n < STEPS; n++) assert.ok(nextOrdinal(kernel.region, word) >= 0);
    }
  });
});
