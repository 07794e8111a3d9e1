import type { RLock } from "../contracts/sync.js";
import type { Kernel } from "../kernel/kernel.js";
import { CELL_REFERENCES, Kind, LOCK_WORDS, SHARED_LOCK } from "../kernel/layout.js";
import { SharedObject } from "../sync/shared-object.js";

/**
 * Shared data with a lock of its own, which is made when first asked for.
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `SHARED_LOCK` | 0 | the worker that asks for the lock first, under the data's latch, in the commit that counts the reference | the lock's cell |
 * | `SHARED_LOCK` | the lock's cell | the worker that destroys the data | 0 |
 */
export abstract class Lockable extends SharedObject {
  #lock: RLock | undefined;

  get lock(): RLock {
    this.#lock ??= this.#findLock();
    return this.#lock;
  }

  /** Nobody refers to the data any more: nor does it to its lock. */
  destroy(): void {
    destroyLock(this.kernel, this.cell);
  }

  #findLock(): RLock {
    const { cells, region, section } = this.kernel;
    const found = Atomics.load(region.i32, this.cell + SHARED_LOCK);
    if (found !== 0) return cells.hold(found) as RLock;
    const lock = cells.create(Kind.RLock, LOCK_WORDS);
    const isOurs = this.inSection(() => {
      if (section.read(this.cell + SHARED_LOCK) !== 0) return false;
      section.write(this.cell + SHARED_LOCK, lock);
      // The data's and this worker's: nobody else knows of it yet.
      section.write(lock + CELL_REFERENCES, 2);
      return true;
    });
    if (!isOurs) {
      cells.letGo(lock);
      return this.#findLock();
    }
    return cells.proxy(lock) as RLock;
  }
}

export function destroyLock(kernel: Kernel, cell: number): void {
  kernel.cells.referNoMore(cell + SHARED_LOCK);
}
