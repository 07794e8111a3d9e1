import type { Kernel } from "../kernel/kernel.js";
import type { Items } from "./items.js";
import type { QueueState } from "./state.js";

/**
 * Nobody refers to a channel any more. Its items give back the objects that they refer to, one by one, and are taken out only then.
 * Each is a step of its own, and to do it again finishes what a death has cut short.
 */
export function emptyChannel(kernel: Kernel, cell: number, state: QueueState, items: Items): void {
  for (let count = kernel.waiters.inSection(cell, () => state.exactCount()); count > 0; count--) {
    const place = items.referencesWordOfNext(count);
    if (place !== undefined) kernel.cells.referNoMore(place);
    const entry = kernel.waiters.inSection(cell, () => state.discardOne());
    if (entry !== undefined) items.drop(entry);
  }
  items.free();
}
