import { LockStateError } from "../contracts/errors.js";
import type { Condition as ConditionContract } from "../contracts/sync.js";
import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import { checkInteger, checkSignal, checkTimeout } from "../kernel/arguments.js";
import type { Kernel } from "../kernel/kernel.js";
import { CONDITION_LOCK, LINE_A, NODE_FREE, NODE_STATE, OUTCOME_GRANTED } from "../kernel/layout.js";
import type { Gate } from "../kernel/parking.js";
import type { Lock } from "./lock.js";
import { SharedObject } from "./shared-object.js";

export class Condition extends SharedObject implements ConditionContract {
  readonly lock: Lock;
  readonly #gate: Gate<true>;

  constructor(kernel: Kernel, cell: number) {
    super(kernel, cell, "Condition");
    const { cells, region } = kernel;
    this.lock = cells.hold(region.i32[cell + CONDITION_LOCK] as number) as Lock;
    this.#gate = {
      cell,
      line: LINE_A,
      label: this.label,
      isPersonal: true,
      claim: () => undefined,
      collect: (node) => {
        kernel.waiters.collect(node);
        return true;
      },
      handOn: (node) => handOn(kernel, cell, node),
    };
  }

  protected override state(): Readonly<Record<string, unknown>> {
    return { waiting: this.waits };
  }

  async wait(options?: WaitOptions): Promise<boolean> {
    const timeout = checkTimeout(options?.timeout);
    const signal = checkSignal(options?.signal);
    this.#mustBeHeld("wait");
    signal?.throwIfAborted();
    if (timeout === 0) return false;
    // In line first, released after: a notification that comes in between finds us waiting.
    let reacquire = async (): Promise<void> => {};
    const onParked = (): void => {
      const held = this.lock.releaseAll();
      reacquire = () => this.lock.reacquire(held);
    };
    try {
      return (await this.kernel.parking.wait(this.#gate, { timeout, signal, onParked })) !== undefined;
    } finally {
      await reacquire();
    }
  }

  waitSync(options?: SyncWaitOptions): boolean {
    const timeout = checkTimeout(options?.timeout);
    this.#mustBeHeld("wait");
    if (timeout === 0) return false;
    let reacquire = (): void => {};
    const onParked = (): void => {
      const held = this.lock.releaseAll();
      reacquire = () => this.lock.reacquireSync(held);
    };
    try {
      return this.kernel.parking.waitSync(this.#gate, { timeout, onParked }) !== undefined;
    } finally {
      reacquire();
    }
  }

  async waitFor(predicate: () => boolean, options?: WaitOptions): Promise<boolean> {
    if (typeof predicate !== "function") {
      throw new TypeError(`waitFor needs a function that gives true or false, not ${typeof predicate}`);
    }
    const deadline = performance.now() + checkTimeout(options?.timeout);
    this.#mustBeHeld("wait");
    let answer = predicate();
    while (!answer) {
      const timeout = Math.max(0, deadline - performance.now());
      if (timeout === 0 || !(await this.wait({ ...options, timeout }))) return predicate();
      answer = predicate();
    }
    return answer;
  }

  notify(n = 1): void {
    this.#notify(checkInteger(n, "The number of waiters to notify", 0, Number.MAX_SAFE_INTEGER));
  }

  notifyAll(): void {
    this.#notify(Number.POSITIVE_INFINITY);
  }

  #notify(most: number): void {
    this.#mustBeHeld("notify");
    const { section, waiters } = this.kernel;
    this.inside(() => {
      for (let n = 0; n < most; n++) {
        const node = waiters.first(this.cell, LINE_A);
        if (node === 0) return;
        waiters.grant(node, OUTCOME_GRANTED);
        section.commit();
      }
    });
  }

  #mustBeHeld(what: string): void {
    if (this.lock.isHeldHere()) return;
    throw new LockStateError(`${this.label}: hold its lock to ${what}: acquire condition.lock first`);
  }
}

/** Under the latch: a notification that its waiter will not see goes to the next one. */
export function handOn(kernel: Kernel, cell: number, node: number): void {
  const { section, waiters } = kernel;
  section.write(node + NODE_STATE, NODE_FREE);
  const next = waiters.first(cell, LINE_A);
  if (next !== 0) waiters.grant(next, OUTCOME_GRANTED);
}
