import type { Kernel } from "./kernel.js";
import {
  CELL_HOLDERS,
  CELL_KIND,
  CELL_LATCH,
  NODE_CELL,
  NODE_FREE,
  NODE_GRANTED,
  NODE_LINE,
  NODE_STATE,
  SLOT_BLOCKS,
  SLOT_GRANTED,
  slotAddress,
} from "./layout.js";
import { eachSlot, familyOf, freeSlot } from "./slots.js";
import { eachNode } from "./waiters.js";

/**
 * Clears up after a worker that has ended, however it ended, and after those that it started, which ended with it and have
 * nobody else. Whoever started the worker calls this once it has stopped running; doing it again, after a sweep that was
 * itself cut short, is safe at every point.
 */
export function sweep(kernel: Kernel, dead: number): void {
  const family = familyOf(kernel.region, dead);
  for (const slot of family) if (slot !== dead) kernel.region.memory.lives.stop(slot);
  // All of them first: clearing up after one enters sections that another may have died in.
  for (const slot of family) kernel.section.repair(slot);
  for (const slot of family.reverse()) {
    clearUp(kernel, slot);
    if (slot !== dead) freeSlot(kernel.region, slot);
  }
}

/**
 * Takes a worker's waits out of their lines, hands its uncollected grants on, marks the locks it held as abandoned, and lets
 * go of what it held. A worker that is about to end may do this for itself: `isOver` if it does so without an error.
 */
export function clearUp(kernel: Kernel, slot: number, isOver = false): void {
  endWaits(kernel, slot);
  letGoOfCells(kernel, slot, isOver);
  ringEverybody(kernel);
}

function endWaits(kernel: Kernel, dead: number): void {
  const { region, section, waiters, cells } = kernel;
  eachNode(region, dead, (node) => {
    const cell = region.i32[node + NODE_CELL] as number;
    region.reach(cell);
    section.run(cell + CELL_LATCH, () => {
      if (section.read(node + NODE_STATE) === NODE_GRANTED) {
        section.write(node + NODE_STATE, NODE_FREE);
        cells.operationsOf(section.read(cell + CELL_KIND))?.handOn?.(cell, node);
      } else {
        waiters.unlink(node, NODE_FREE);
        cells.operationsOf(section.read(cell + CELL_KIND))?.left?.(cell, section.read(node + NODE_LINE));
      }
    });
    waiters.tell();
  });
  Atomics.store(region.i32, slotAddress(dead) + SLOT_BLOCKS, 0);
}

function letGoOfCells(kernel: Kernel, dead: number, isOver: boolean): void {
  const { region, cells, allocator } = kernel;
  const bit = 1 << (dead & 31);
  const held: number[] = [];
  allocator.endWalkOf(dead);
  allocator.walk((cell) => {
    if ((Atomics.load(region.i32, cell + CELL_HOLDERS + (dead >> 5)) & bit) !== 0) held.push(cell);
  });
  for (const cell of held) {
    cells.operationsOf(region.i32[cell + CELL_KIND] as number)?.bury?.(cell, dead + 1, isOver);
    cells.letGo(cell, dead);
  }
}

/**
 * The dead worker may have granted something and died before it told those concerned. They are told again, all of them;
 * who was granted nothing goes back to sleep.
 */
function ringEverybody(kernel: Kernel): void {
  eachSlot(kernel.region, (slot) => {
    Atomics.store(kernel.region.i32, slotAddress(slot) + SLOT_GRANTED, -1);
    kernel.bell.ring(slot);
  });
}
