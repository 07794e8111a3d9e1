import type { Event as EventContract } from "../contracts/sync.js";
import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import type { Kernel } from "../kernel/kernel.js";
import { EVENT_FLAG, NODE_FREE, NODE_STATE, OUTCOME_GRANTED, WAIT_QUEUE_A } from "../kernel/layout.js";
import { type Gate, limitsOf, syncLimitsOf, waitUntilGranted } from "../kernel/waiting.js";
import { SharedObject } from "./shared-object.js";

/**
 * The flag of an event, and the wait queue of those who wait for it. Also what tells that a worker has ended.
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `EVENT_FLAG` | 0 | the worker that sets it, under the latch, in a commit before the first grant | 1 |
 * | `EVENT_FLAG` | 1 | the worker that clears it, under the latch; never of a `Kind.Status` | 0 |
 * | `STATUS_EXIT_CODE` | 0 | the worker that finds the worker ended, before the flag | its exit code |
 * | `STATUS_OWNER`, `STATUS_NAME` | constant | its creator, before SLOT_STATUS | |
 */
export class Flag implements Gate<true> {
  readonly object: object;
  readonly cell: number;
  readonly queue: number = WAIT_QUEUE_A;
  readonly isPerWait = true;
  label: string;
  readonly #kernel: Kernel;

  constructor(kernel: Kernel, cell: number, label: string, event?: object) {
    this.object = event ?? this;
    this.#kernel = kernel;
    this.cell = cell;
    this.label = label;
  }

  get isSet(): boolean {
    return Atomics.load(this.#kernel.region.i32, this.cell + EVENT_FLAG) === 1;
  }

  set(): void {
    const { section, waiters } = this.#kernel;
    this.#kernel.waiters.inSection(this.cell, () => {
      section.write(this.cell + EVENT_FLAG, 1);
      section.commit();
      for (
        let node = waiters.first(this.cell, WAIT_QUEUE_A);
        node !== 0;
        node = waiters.first(this.cell, WAIT_QUEUE_A)
      ) {
        waiters.grant(node, OUTCOME_GRANTED);
        section.commit();
      }
    });
  }

  clear(): void {
    this.#kernel.waiters.inSection(this.cell, () => this.#kernel.section.write(this.cell + EVENT_FLAG, 0));
  }

  async wait(options: WaitOptions | undefined): Promise<boolean> {
    const limits = limitsOf(options);
    return this.isSet || (await this.#kernel.parking.await(waitUntilGranted(this, limits)));
  }

  waitSync(options: SyncWaitOptions | undefined): boolean {
    const limits = syncLimitsOf(options);
    return this.isSet || this.#kernel.parking.block(waitUntilGranted(this, limits));
  }

  // ── as a gate ──

  claim(): true | undefined {
    return this.isSet ? true : undefined;
  }

  redeem(node: number): true {
    this.#kernel.waiters.acknowledge(node);
    return true;
  }

  /** Everybody was woken: nobody is owed anything. */
  passGrant(node: number): void {
    this.#kernel.section.write(node + NODE_STATE, NODE_FREE);
  }

  /** Finishes a `set` whose worker died between waking the first and the last. */
  finishSetting(): void {
    if (this.isSet) this.set();
  }
}

export class Event extends SharedObject implements EventContract {
  readonly #flag: Flag;

  constructor(kernel: Kernel, cell: number) {
    super(kernel, cell, "Event");
    this.#flag = new Flag(kernel, cell, this.label, this);
  }

  override nameIt(label: string): void {
    super.nameIt(label);
    this.#flag.label = label;
  }

  protected override state(): Readonly<Record<string, unknown>> {
    return { isSet: this.isSet, waiting: this.waits };
  }

  get isSet(): boolean {
    return this.#flag.isSet;
  }

  set(): void {
    this.#flag.set();
  }

  clear(): void {
    this.#flag.clear();
  }

  wait(options?: WaitOptions): Promise<boolean> {
    return this.#flag.wait(options);
  }

  waitSync(options?: SyncWaitOptions): boolean {
    return this.#flag.waitSync(options);
  }

  finishSetting(): void {
    this.#flag.finishSetting();
  }
}
