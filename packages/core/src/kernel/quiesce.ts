import type { Bell } from "./bell.js";
import { clock } from "./clock.js";
import { SLOT_LATCH, SLOT_QUIESCED, slotAddress } from "./layout.js";
import type { Region } from "./region.js";
import { creatorOf, eachSlot, subtreeOf } from "./worker-table.js";

/** A worker that has not left its section by then has died in it, which only a native crash can do. */
const LONGEST_SECTION_MS = 1000;
const LOOK_AGAIN_MS = 0.05;

/**
 * Quiesces a worker and all workers below it, which die with it. Returns once none of them is in a critical section, and none will enter
 * one again. To be called before a worker is killed. A worker that is killed in a section keeps its latch, which would block every worker
 * that wants it. Among them is the recovering one, whose event loop has to hear of the death first. Returns the slots of all of them.
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `SLOT_QUIESCED` | 0 | the worker that is about to kill the slot's worker, or one above it | 1 |
 * | `SLOT_QUIESCED` | 1 | the worker that claims the slot anew | 0; 1 if its own is 1 |
 *
 * The killer stores 1, then reads SLOT_LATCH. The slot's worker stores SLOT_LATCH, then reads `SLOT_QUIESCED`. So one of them sees the
 * other, as in Dekker's mutual exclusion.
 */
export function quiesce(region: Region, bell: Pick<Bell, "pause">, slot: number): number[] {
  const subtree = subtreeOf(region, slot, (member) =>
    Atomics.store(region.i32, slotAddress(member) + SLOT_QUIESCED, 1),
  );
  const deadline = clock.now() + LONGEST_SECTION_MS;
  const isInSection = (member: number): boolean => Atomics.load(region.i32, slotAddress(member) + SLOT_LATCH) !== 0;
  while (subtree.some(isInSection) && clock.now() < deadline) bell.pause(LOOK_AGAIN_MS);
  return subtree;
}

/** Quiesces the threads that `creator` started, which end with it, and wakes those that block. */
export function quiesceChildren(region: Region, bell: Pick<Bell, "pause" | "ring">, creator: number): void {
  eachSlot(region, (slot) => {
    if (creatorOf(region, slot) !== creator) return;
    for (const quiesced of quiesce(region, bell, slot)) bell.ring(quiesced);
  });
}
