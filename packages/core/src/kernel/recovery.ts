import type { Kernel } from "./kernel.js";
import {
  CELL_HOLDERS,
  CELL_LATCH,
  ENDS,
  NODE_CELL,
  NODE_FREE,
  NODE_GRANTED,
  NODE_STATE,
  NODE_WAIT_QUEUE,
  SLOT_BLOCKS,
  SLOT_GRANTED,
  slotAddress,
} from "./layout.js";
import { eachNode } from "./waiters.js";
import { eachSlot, freeSlot, subtreeOf } from "./worker-table.js";

/**
 * Recovers the slots of a worker that has ended, however it ended, and of the workers below it, which ended with it. Its creator calls this
 * once the worker has stopped running. It may be called again after it was itself cut short, at any point.
 */
export function recover(kernel: Kernel, dead: number): void {
  const { region } = kernel;
  // Each is stopped before those that it has started are looked for: until then, it may claim a slot for one more.
  const subtree = subtreeOf(region, dead, (slot) => {
    if (slot !== dead) region.memory.liveness.stop(slot);
  });
  // All of them first: to recover one slot enters sections in which the worker of another may have died.
  for (const slot of subtree) kernel.section.repair(slot);
  for (const slot of subtree.reverse()) {
    recoverSlot(kernel, slot);
    if (slot !== dead) freeSlot(region, slot);
  }
}

/**
 * Takes a worker's waits out of their queues and passes on the grants that it did not redeem. Marks its locks as abandoned, and releases
 * the cells that it held. A worker that is about to end may do this for itself: `isOver` if it ends without an error.
 */
export function recoverSlot(kernel: Kernel, slot: number, isOver = false): void {
  cancelWaits(kernel, slot);
  releaseCells(kernel, slot, isOver);
  ringAllBells(kernel);
}

function cancelWaits(kernel: Kernel, dead: number): void {
  const { region, section, waiters, cells } = kernel;
  eachNode(region, dead, (node) => {
    const cell = region.i32[node + NODE_CELL] as number;
    region.reach(cell);
    section.run(cell + CELL_LATCH, () => {
      if (section.read(node + NODE_STATE) === NODE_GRANTED) {
        section.write(node + NODE_STATE, NODE_FREE);
        cells.operationsOf(cell)?.passGrant?.(cell, node);
      } else {
        waiters.unlink(node, NODE_FREE);
        cells.operationsOf(cell)?.onCancel?.(cell, section.read(node + NODE_WAIT_QUEUE), node);
      }
    });
    waiters.wake();
  });
  Atomics.store(region.i32, slotAddress(dead) + SLOT_BLOCKS, 0);
}

function releaseCells(kernel: Kernel, dead: number, isOver: boolean): void {
  const { region, cells, allocator } = kernel;
  const bit = 1 << (dead & 31);
  const held: number[] = [];
  allocator.endWalkOf(dead);
  allocator.walk((cell) => {
    if ((Atomics.load(region.i32, cell + CELL_HOLDERS + (dead >> 5)) & bit) !== 0) held.push(cell);
  });
  for (const cell of held) {
    cells.operationsOf(cell)?.onOwnerDeath?.(cell, dead + 1, isOver);
    cells.letGo(cell, dead);
  }
}

/**
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `ENDS` | counts, wraps | the worker that recovers a slot, or lets go of an endpoint, by add, after that and before the ring | one more |
 *
 * The dead worker may have granted waits and died before it rang their owners. All bells are rung; a worker that was granted nothing goes
 * back to sleep.
 */
function ringAllBells(kernel: Kernel): void {
  Atomics.add(kernel.region.i32, ENDS, 1);
  eachSlot(kernel.region, (slot) => {
    Atomics.store(kernel.region.i32, slotAddress(slot) + SLOT_GRANTED, -1);
    kernel.bell.ring(slot);
  });
}
