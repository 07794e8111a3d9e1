import type { Kernel } from "../kernel/kernel.js";
import { CELL_LATCH } from "../kernel/layout.js";

/** An object that lives in the region. This is one worker's proxy for it: where it is, and how to get there. */
export abstract class SharedObject {
  protected readonly kernel: Kernel;
  protected readonly cell: number;
  /** How traces and errors call it: `Lock stdout`, or by its address where it has no name. */
  protected label: string;

  constructor(kernel: Kernel, cell: number, className: string) {
    this.kernel = kernel;
    this.cell = cell;
    this.label = `${className} #${cell}`;
    kernel.region.reach(cell);
  }

  /** Says under which name it was asked for. */
  nameIt(label: string): void {
    this.label = label;
  }

  /** Runs `act` under the object's latch; what it writes happens as one step, or not at all if it throws. */
  protected inside<R>(act: () => R): R {
    return inside(this.kernel, this.cell, act);
  }

  get [Symbol.toStringTag](): string {
    return this.label;
  }
}

/** Runs `act` in the critical section of `cell`, then wakes those whose waits it granted. */
export function inside<R>(kernel: Kernel, cell: number, act: () => R): R {
  const { section, waiters, region } = kernel;
  region.reach(cell);
  try {
    const result = section.run(cell + CELL_LATCH, act);
    waiters.tell();
    return result;
  } catch (error) {
    // What was committed before it threw may have granted something, and telling may itself have thrown.
    waiters.tellLater();
    throw error;
  }
}
