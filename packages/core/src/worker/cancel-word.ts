import type { Handle } from "../kernel/cells.js";
import type { Kernel } from "../kernel/kernel.js";
import { readLarge, writeLarge } from "../kernel/large.js";
import { CANCELLED_BY_POST, SLOT_CANCEL, slotAddress } from "../kernel/layout.js";
import type { Packet } from "../kernel/message/index.js";

/** Milliseconds that a call or a target may go on after it was cancelled, where the options do not say. */
export const GRACE_MS = 1000;

/*
 * A word in each worker's slot says that the worker was cancelled, so that a synchronous loop sees it, which no message reaches:
 *
 * | `SLOT_CANCEL` | meaning | changed by | to |
 * |---|---|---|---|
 * | 0 | nobody has cancelled it | its creator | one of the next |
 * | CANCELLED_BY_POST | cancelled; the reason is posted, or there is none | the worker that takes the slot for another one | 0 |
 * | a cell | cancelled; the reason lies there, the worker's | the worker that takes the slot for another one | 0 |
 *
 * The cell is handed over before the word tells of it, and freed by the worker, or with what else a dead worker held.
 */

/** Cancels the worker in `slot`. False if the reason has to be posted: it has parts that only postMessage carries, or finds no room. */
export function markCancelled(kernel: Kernel, slot: number, reason: Packet): boolean {
  const { i32 } = kernel.region;
  const word = slotAddress(slot) + SLOT_CANCEL;
  // The first reason counts, as with an AbortSignal.
  if (Atomics.load(i32, word) !== 0) {
    kernel.codec.dispose(reason);
    return true;
  }
  const cell = reason.transferables === undefined ? tryWrite(kernel, reason) : undefined;
  if (cell === undefined) {
    Atomics.store(i32, word, CANCELLED_BY_POST);
    return false;
  }
  if (reason.references !== undefined) kernel.referenceSets.handOver(reason.references, slot);
  kernel.blobs.handOver(cell, slot);
  Atomics.store(i32, word, cell.address);
  return true;
}

/** Tells a worker that is about to be killed. The worker may be in no turn in which it could be: it stops at its next question. */
export function markKilled(kernel: Kernel, slot: number): void {
  Atomics.compareExchange(kernel.region.i32, slotAddress(slot) + SLOT_CANCEL, 0, CANCELLED_BY_POST);
}

export const isMarkedCancelled = ({ region, slot }: Kernel): boolean =>
  Atomics.load(region.i32, slotAddress(slot) + SLOT_CANCEL) !== 0;

/** The reason for which this worker was cancelled, where it lies in shared memory. Once: it is freed. */
export function consumeReason(kernel: Kernel): { readonly reason: unknown } | undefined {
  const address = Atomics.load(kernel.region.i32, slotAddress(kernel.slot) + SLOT_CANCEL);
  if (address === 0 || address === CANCELLED_BY_POST) return undefined;
  const cell = kernel.cells.handleOfCell(address);
  try {
    const { body, blobs } = readLarge(kernel.blobs.bytesOf(cell));
    const [reason, references] = body as [unknown, Handle | null];
    return { reason: kernel.codec.openThrownAndRelease({ body: reason, blobs, references: references ?? undefined }) };
  } finally {
    kernel.blobs.drop(cell);
  }
}

function tryWrite(kernel: Kernel, { text, blobs, references }: Packet): Handle | undefined {
  try {
    return writeLarge(kernel.blobs, { text: `[${text},${JSON.stringify(references ?? null)}]`, blobs });
  } catch {
    return undefined;
  }
}
