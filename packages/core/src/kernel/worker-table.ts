import { WorkerStateError } from "../contracts/errors.js";
import {
  creatorIn,
  LAST_ID,
  MAX_WORKERS,
  SLOT_ASLEEP,
  SLOT_BLOCKED_ON,
  SLOT_CANCEL,
  SLOT_FREE,
  SLOT_ID,
  SLOT_QUIESCED,
  SLOT_STATE,
  SLOT_STATUS,
  slotAddress,
  slotState,
} from "./layout.js";
import type { Region } from "./region.js";

/**
 * Takes a free slot for a worker that `creator` (a slot, -1 for none) is about to start. The slot's state:
 *
 * | `SLOT_STATE` | meaning | changed by | to |
 * |---|---|---|---|
 * | SLOT_FREE | nobody's; its journal and waits are none | the worker that starts another, by CAS | `slotState(creator)` |
 * | `slotState(creator)` | a worker's, from before its start until it has ended and was recovered | its creator; the worker that recovers a dead creator | SLOT_FREE |
 *
 * Claimed and on record as its creator's in one step: if the creator dies right after it, recovery frees the slot.
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `SLOT_ID` | the worker's id, never 0 while claimed | the worker that claimed the slot, before its worker starts | the next of `LAST_ID` |
 * | `SLOT_STATUS` | 0; its cell of `Kind.Status` | the worker that claimed the slot | 0, then the cell once that is whole |
 * | `LAST_ID`, `LAST_WORKER_NAME`, `LAST_POOL_NAME` | counted, wrap past 0 | anybody, by add | one more |
 */
export function claimSlot(region: Region, creator: number): { slot: number; id: number } {
  const { i32 } = region;
  for (let slot = 0; slot < MAX_WORKERS; slot++) {
    const address = slotAddress(slot);
    if (Atomics.compareExchange(i32, address + SLOT_STATE, SLOT_FREE, slotState(creator)) !== SLOT_FREE) continue;
    try {
      // Asked after its creator is on record: of a killer that looks for the workers below it and this, one sees the other.
      const isQuiesced = creator >= 0 && Atomics.load(i32, slotAddress(creator) + SLOT_QUIESCED) !== 0;
      Atomics.store(i32, address + SLOT_QUIESCED, isQuiesced ? 1 : 0);
      Atomics.store(i32, address + SLOT_ASLEEP, 0);
      Atomics.store(i32, address + SLOT_BLOCKED_ON, 0);
      Atomics.store(i32, address + SLOT_STATUS, 0);
      Atomics.store(i32, address + SLOT_CANCEL, 0);
      const id = nextOrdinal(region, LAST_ID);
      Atomics.store(i32, address + SLOT_ID, id);
      return { slot, id };
    } catch (error) {
      freeSlot(region, slot);
      throw error;
    }
  }
  throw new WorkerStateError(
    `No more than ${MAX_WORKERS} workers can be alive at once in one program: join some before you start others`,
  );
}

/** Counts the word one on; never gives 0 or less, also once it has gone round. */
export function nextOrdinal({ i32 }: Region, word: number): number {
  for (;;) {
    const ordinal = (Atomics.add(i32, word, 1) + 1) >>> 0;
    if (ordinal !== 0) return ordinal;
  }
}

/** Frees the slot of a worker that has ended and was recovered. */
export function freeSlot(region: Region, slot: number): void {
  Atomics.store(region.i32, slotAddress(slot) + SLOT_STATE, SLOT_FREE);
}

export const isTaken = (region: Region, slot: number): boolean =>
  Atomics.load(region.i32, slotAddress(slot) + SLOT_STATE) !== SLOT_FREE;

/** Calls `visit` with the slot of each worker that is alive, or has not been recovered. */
export function eachSlot(region: Region, visit: (slot: number) => void): void {
  for (let slot = 0; slot < MAX_WORKERS; slot++) if (isTaken(region, slot)) visit(slot);
}

export const creatorOf = (region: Region, slot: number): number =>
  creatorIn(Atomics.load(region.i32, slotAddress(slot) + SLOT_STATE));

/** A worker's slot, then those of all that it started, that these started, and so on. `visit` sees each as it is found. */
export function subtreeOf(region: Region, slot: number, visit: (slot: number) => void = () => {}): number[] {
  const subtree: number[] = [];
  const add = (member: number): void => {
    subtree.push(member);
    visit(member);
    eachSlot(region, (other) => {
      if (creatorOf(region, other) === member && !subtree.includes(other)) add(other);
    });
  };
  add(slot);
  return subtree;
}
