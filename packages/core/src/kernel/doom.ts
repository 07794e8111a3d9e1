import type { Bell } from "./bell.js";
import { clock } from "./clock.js";
import { SLOT_DOOMED, SLOT_LATCH, slotAddress } from "./layout.js";
import type { Region } from "./region.js";
import { creatorOf, eachSlot, familyOf } from "./slots.js";

/** A worker that has not left its section by then has died in it: only native crashes can do that. */
const LONGEST_SECTION_MS = 1000;
const LOOK_AGAIN_MS = 0.05;

/**
 * To be called before a worker is killed, with which those that it started die too: gives once none of them is in a
 * critical section, and none will enter one again. Otherwise the latch of a worker killed in a section would block whoever
 * comes next, its sweeper too, which hears of the death by its event loop only. Gives the slots of all of them.
 *
 * `SLOT_DOOMED` is 0 from when its slot is taken; whoever is about to kill its worker, or a worker that it stems from, stores 1, and it stays so.
 * Its worker reads it after each store into SLOT_LATCH: of the two, one sees the other.
 */
export function doom(region: Region, bell: Pick<Bell, "pause">, slot: number): number[] {
  const family = familyOf(region, slot, (member) => Atomics.store(region.i32, slotAddress(member) + SLOT_DOOMED, 1));
  const deadline = clock.now() + LONGEST_SECTION_MS;
  const isInSection = (member: number): boolean => Atomics.load(region.i32, slotAddress(member) + SLOT_LATCH) !== 0;
  while (family.some(isInSection) && clock.now() < deadline) bell.pause(LOOK_AGAIN_MS);
  return family;
}

/** As a thread ends, those that it started end with it. Who of them blocks wakes, and finds itself doomed. */
export function doomChildren(region: Region, bell: Pick<Bell, "pause" | "ring">, creator: number): void {
  eachSlot(region, (slot) => {
    if (creatorOf(region, slot) !== creator) return;
    for (const doomed of doom(region, bell, slot)) bell.ring(doomed);
  });
}
