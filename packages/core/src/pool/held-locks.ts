import type { Creator } from "../contracts/adapter.js";
import { LockStateError } from "../contracts/errors.js";
import type { Kernel } from "../kernel/kernel.js";
import { CELL_KIND, CELL_REFERENCES } from "../kernel/layout.js";
import { handOver } from "../worker/posted.js";

/** The errors to be told of for the locks at `cells`, which a task took: those that this worker still has, and that others may wait for. */
function leftLocked(kernel: Kernel, task: string, cells: Iterable<number>): LockStateError[] {
  const { i32 } = kernel.region;
  const errors: LockStateError[] = [];
  for (const cell of new Set(cells)) {
    const kind = i32[cell + CELL_KIND] as number;
    // One that nobody else has is garbage.
    if (Atomics.load(i32, cell + CELL_REFERENCES) < 2) continue;
    if (!kernel.cells.operationsOf(kind)?.isHeldBy?.(cell, kernel.me)) continue;
    errors.push(
      new LockStateError(
        `The task ${task} has ended and left ${kernel.names.labelOf(cell)} locked. Hold a lock by run, or by a guard that a finally releases; ` +
          "what one task takes and another gives back is a Semaphore of one permit",
      ),
    );
  }
  return errors;
}

/** Tells this worker's creator of the locks at `taken` that the task has left locked. */
export function tellOfLocks(
  kernel: Kernel,
  creator: Creator,
  task: string,
  taken: readonly number[] | undefined,
): void {
  if (taken === undefined) return;
  for (const error of leftLocked(kernel, task, taken)) {
    const { posted, transfer } = handOver(kernel, kernel.codec.packThrown(error));
    creator.post({ type: "threw", error: posted }, transfer);
  }
}
