import type { Creator } from "../../contracts/adapter.js";
import { LockStateError } from "../../contracts/errors.js";
import { beginAt, callSite, type Site } from "../../contracts/frames.js";
import type { Holds, Kernel } from "../../kernel/kernel.js";
import { CELL_REFERENCES } from "../../kernel/layout.js";
import { handOver } from "../../worker/posted.js";

interface Held {
  readonly cell: number;
  readonly task: number;
  readonly site: Site | undefined;
}

/** More locks at once are looked through for those that other workers have released. */
const MANY = 64;

/**
 * The locks that the tasks of a pool's worker have taken and not given back here. The first lies in fields, and most tasks hold one at a
 * time. Noting it is part of each acquire and release, and a Map would cost more than all the rest of them. (A count of held locks would
 * not do. Any worker may release a Lock, and of tasks that take turns one ends while others hold theirs.)
 *
 * To record a call costs fifty times what taking a lock does. So calls are recorded once a task has left a lock. The error of the next lock
 * that is left begins at the line that took it.
 */
export class HeldLocks implements Holds {
  readonly #kernel: Kernel;
  readonly #creator: Creator;
  #key: unknown;
  #cell = 0;
  /** 0 if no lock is in these fields. */
  #task = 0;
  #site: Site | undefined;
  #recordsSites = false;
  readonly #others = new Map<unknown, Held>();
  #many = MANY;

  constructor(kernel: Kernel, creator: Creator) {
    this.#kernel = kernel;
    this.#creator = creator;
    kernel.holds = this;
  }

  /** If a lock is noted already, another worker has released it since: it is the new task's. */
  take(key: unknown, cell: number, task: number): void {
    const site = this.#recordsSites ? callSite() : undefined;
    if (this.#task === 0 || this.#key === key) {
      this.#key = key;
      this.#cell = cell;
      this.#task = task;
      this.#site = site;
      if (this.#others.size > 0) this.#others.delete(key);
    } else if (task === 0) {
      this.#others.delete(key);
    } else {
      this.#others.set(key, { cell, task, site });
      if (this.#others.size > this.#many) this.#forgetReleased();
    }
  }

  giveBack(key: unknown): void {
    if (this.#key === key) this.#task = 0;
    else if (this.#others.size > 0) this.#others.delete(key);
  }

  /** A task has ended, of that name: tells this worker's creator of the locks that it has left locked. Without a name nobody is told. */
  end(task: number, name: string | undefined): void {
    if (this.#task === 0 && this.#others.size === 0) return;
    const left = new Map<number, Site | undefined>();
    if (this.#task === task) {
      left.set(this.#cell, this.#site);
      this.#task = 0;
    }
    for (const [key, held] of this.#others) {
      if (held.task === task && this.#others.delete(key)) left.set(held.cell, held.site);
    }
    for (const [cell, site] of left) {
      // One that nobody else has is garbage.
      const isShared = Atomics.load(this.#kernel.region.i32, cell + CELL_REFERENCES) > 1;
      if (name !== undefined && isShared && this.#isHeld(cell)) this.#tell(name, cell, site);
    }
  }

  #forgetReleased(): void {
    for (const [key, { cell }] of this.#others) if (!this.#isHeld(cell)) this.#others.delete(key);
    this.#many = Math.max(MANY, this.#others.size * 2);
  }

  /** Whether this worker still has it. */
  #isHeld(cell: number): boolean {
    const { cells, me } = this.#kernel;
    return cells.operationsOf(cell)?.isHeldBy?.(cell, me) ?? false;
  }

  #tell(task: string, cell: number, site: Site | undefined): void {
    const kernel = this.#kernel;
    this.#recordsSites = true;
    const error = new LockStateError(
      `The task ${task} has ended and left ${kernel.names.labelOf(cell)} locked. Hold a lock by run, or by a guard that a finally releases; ` +
        "to take in one task and give back in another, use a Semaphore of one permit",
    );
    const { posted, transfer } = handOver(kernel, kernel.codec.packThrown(beginAt(error, site)));
    this.#creator.post({ type: "threw", error: posted }, transfer);
  }
}
