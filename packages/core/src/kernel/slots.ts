import { WorkerStateError } from "../contracts/errors.js";
import {
  LAST_ID,
  MAX_WORKERS,
  SLOT_ASLEEP,
  SLOT_BLOCKED_ON,
  SLOT_CREATOR,
  SLOT_DOOMED,
  SLOT_FREE,
  SLOT_ID,
  SLOT_STATE,
  SLOT_STATUS,
  SLOT_TAKEN,
  slotAddress,
} from "./layout.js";
import type { Region } from "./region.js";

const NOBODY = -1;

/** Takes a free slot for a worker that `creator` (a slot, -1 for none) is about to start. */
export function takeSlot(region: Region, creator: number): { slot: number; id: number } {
  const { i32 } = region;
  for (let slot = 0; slot < MAX_WORKERS; slot++) {
    const address = slotAddress(slot);
    if (Atomics.compareExchange(i32, address + SLOT_STATE, SLOT_FREE, SLOT_TAKEN) !== SLOT_FREE) continue;
    const id = Atomics.add(i32, LAST_ID, 1) + 1;
    Atomics.store(i32, address + SLOT_CREATOR, creator);
    // Asked after its creator is on record: of a killer that looks for a family's members and this, one sees the other.
    const isDoomed = creator >= 0 && Atomics.load(i32, slotAddress(creator) + SLOT_DOOMED) !== 0;
    Atomics.store(i32, address + SLOT_DOOMED, isDoomed ? 1 : 0);
    Atomics.store(i32, address + SLOT_ASLEEP, 0);
    Atomics.store(i32, address + SLOT_BLOCKED_ON, 0);
    Atomics.store(i32, address + SLOT_STATUS, 0);
    Atomics.store(i32, address + SLOT_ID, id);
    return { slot, id };
  }
  throw new WorkerStateError(
    `No more than ${MAX_WORKERS} workers can be alive at once in one program: join some before you start others`,
  );
}

/** Gives back the slot of a worker that has ended and was swept. */
export function freeSlot(region: Region, slot: number): void {
  Atomics.store(region.i32, slotAddress(slot) + SLOT_CREATOR, NOBODY);
  Atomics.store(region.i32, slotAddress(slot) + SLOT_STATE, SLOT_FREE);
}

export const isTaken = (region: Region, slot: number): boolean =>
  Atomics.load(region.i32, slotAddress(slot) + SLOT_STATE) === SLOT_TAKEN;

/** Calls `visit` with the slot of each worker that is alive, or has not been swept. */
export function eachSlot(region: Region, visit: (slot: number) => void): void {
  for (let slot = 0; slot < MAX_WORKERS; slot++) if (isTaken(region, slot)) visit(slot);
}

export const creatorOf = (region: Region, slot: number): number =>
  Atomics.load(region.i32, slotAddress(slot) + SLOT_CREATOR);

/** A worker's slot, then those of all that it started, that these started, and so on. `visit` sees each as it is found. */
export function familyOf(region: Region, slot: number, visit: (slot: number) => void = () => {}): number[] {
  const family: number[] = [];
  const add = (member: number): void => {
    family.push(member);
    visit(member);
    eachSlot(region, (other) => {
      if (creatorOf(region, other) === member && !family.includes(other)) add(other);
    });
  };
  add(slot);
  return family;
}
