import type { Kernel } from "../kernel/kernel.js";
import { STATUS_REASONS_TAKEN, STATUS_TOOK_ARGUMENTS } from "../kernel/layout.js";
import type { Packet } from "../kernel/message/index.js";

/**
 * The objects posted to a worker: its arguments, and the reasons to cancel it. The worker notes in its status cell what it
 * is about to take; once it has ended, its creator gives back the rest, which nobody will ever take.
 */
export class Deliveries {
  readonly #kernel: Kernel;
  readonly #status: number;
  readonly #args: Packet | undefined;
  /** By their place in the order in which they were posted. */
  readonly #reasons = new Map<number, Packet>();
  #posted = 0;

  constructor(kernel: Kernel, status: number, args: Packet | undefined) {
    this.#kernel = kernel;
    this.#status = status;
    this.#args = args;
  }

  /** A reason was posted. */
  addReason(reason: Packet): void {
    if (reason.handles !== undefined) this.#reasons.set(this.#posted, reason);
    this.#posted++;
  }

  /** After the worker's end, while its status cell is still there. */
  takeBack(): void {
    const { i32 } = this.#kernel.region;
    if (this.#args !== undefined && Atomics.load(i32, this.#status + STATUS_TOOK_ARGUMENTS) === 0) {
      this.#kernel.dispose(this.#args);
    }
    const taken = Atomics.load(i32, this.#status + STATUS_REASONS_TAKEN);
    for (const [place, reason] of this.#reasons) if (place >= taken) this.#kernel.dispose(reason);
    this.#reasons.clear();
  }
}

/**
 * In the worker, before it unpacks its arguments: from here on their objects are its own. Before and not after: a worker killed
 * in between then leaves an object behind, where otherwise one that others use would be let go twice.
 */
export function noteArgumentsTaken(kernel: Kernel, status: number): void {
  kernel.region.reach(status);
  Atomics.store(kernel.region.i32, status + STATUS_TOOK_ARGUMENTS, 1);
}

/** In the worker, before it unpacks the next reason. */
export function noteReasonTaken(kernel: Kernel, status: number): void {
  kernel.region.reach(status);
  Atomics.add(kernel.region.i32, status + STATUS_REASONS_TAKEN, 1);
}
