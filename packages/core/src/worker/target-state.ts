import type { Kernel } from "../kernel/kernel.js";
import { SLOT_STATUS, STATUS_TARGET, slotAddress } from "../kernel/layout.js";
import type { Region } from "../kernel/region.js";

/*
 * How far a worker's target has come, a word of its status cell:
 *
 * | `STATUS_TARGET` | meaning | changed by | to |
 * |---|---|---|---|
 * | TARGET_STARTS | the worker starts, and imports the target's module | the worker, by CAS; its creator, by CAS | TARGET_RUNS; TARGET_REFUSED |
 * | TARGET_RUNS | the target runs | the worker, before it posts how it settled | TARGET_SETTLED |
 * | TARGET_SETTLED | the target has settled, or could not be called | nobody | |
 * | TARGET_REFUSED | cancelled, and did not begin in its grace: it never does | nobody | |
 */
const TARGET_STARTS = 0;
const TARGET_RUNS = 1;
const TARGET_SETTLED = 2;
const TARGET_REFUSED = 3;

/** The target of the worker with this status cell. */
export class TargetState {
  readonly #region: Region;
  readonly #at: number;

  constructor({ region }: Kernel, status: number) {
    region.reach(status + STATUS_TARGET);
    this.#region = region;
    this.#at = status + STATUS_TARGET;
  }

  /** That of the calling worker's own target. */
  static own(kernel: Kernel): TargetState {
    return new TargetState(kernel, Atomics.load(kernel.region.i32, slotAddress(kernel.slot) + SLOT_STATUS));
  }

  get hasBegun(): boolean {
    return Atomics.load(this.#region.i32, this.#at) !== TARGET_STARTS;
  }

  get hasSettled(): boolean {
    return Atomics.load(this.#region.i32, this.#at) === TARGET_SETTLED;
  }

  /** False if the worker's creator no longer wants it to. */
  begin(): boolean {
    return this.#leaveStart(TARGET_RUNS);
  }

  /** A worker that has cancelled it does not kill its worker any more. False if that worker was to be killed before the target began. */
  settle(): boolean {
    if (this.#leaveStart(TARGET_SETTLED)) return true;
    return Atomics.compareExchange(this.#region.i32, this.#at, TARGET_RUNS, TARGET_SETTLED) !== TARGET_REFUSED;
  }

  /** Has it never begin. False if it has begun. */
  refuse(): boolean {
    return this.#leaveStart(TARGET_REFUSED);
  }

  #leaveStart(state: number): boolean {
    return Atomics.compareExchange(this.#region.i32, this.#at, TARGET_STARTS, state) === TARGET_STARTS;
  }
}
