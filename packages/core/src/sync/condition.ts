import { LockStateError } from "../contracts/errors.js";
import type { Condition as ConditionContract } from "../contracts/sync.js";
import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import { typeError } from "../contracts/wrong-use.js";
import { checkInteger, describe } from "../kernel/arguments.js";
import type { Kernel } from "../kernel/kernel.js";
import { CONDITION_LOCK, NODE_FREE, NODE_STATE, OUTCOME_GRANTED, WAIT_QUEUE_A } from "../kernel/layout.js";
import { refusePromise } from "../kernel/promises.js";
import {
  type Gate,
  limitsOf,
  type Next,
  remainingOf,
  syncLimitsOf,
  type Wait,
  type WaitLimits,
  waitAt,
} from "../kernel/waiting.js";
import type { Lock } from "./lock.js";
import { SharedObject } from "./shared-object.js";

/**
 * A wait at a condition changes its wait queue, and the lock's own word.
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `CONDITION_LOCK` | the lock's cell | the maker, before anybody else knows the cell; the worker that destroys the condition | the cell; 0 |
 */
export class Condition extends SharedObject implements ConditionContract {
  readonly #lock: Lock;
  readonly #gate: Gate<true>;

  constructor(kernel: Kernel, cell: number) {
    super(kernel, cell, "Condition");
    const { cells, region } = kernel;
    this.#lock = cells.hold(region.i32[cell + CONDITION_LOCK] as number) as Lock;
    this.#gate = {
      object: this,
      cell,
      queue: WAIT_QUEUE_A,
      label: this.label,
      isPerWait: true,
      claim: () => undefined,
      redeem: (node) => {
        kernel.waiters.acknowledge(node);
        return true;
      },
    };
  }

  protected override state(): Readonly<Record<string, unknown>> {
    return { waiting: this.waits };
  }

  get lock(): Lock {
    return this.#lock;
  }

  async wait(options?: WaitOptions): Promise<boolean> {
    const limits = this.#limits(limitsOf, options);
    return limits.timeout > 0 && (await this.kernel.parking.await(this.#wait(limits)));
  }

  waitSync(options?: SyncWaitOptions): boolean {
    const limits = this.#limits(syncLimitsOf, options);
    return limits.timeout > 0 && this.kernel.parking.block(this.#wait(limits));
  }

  #wait(limits: WaitLimits): Wait<boolean> {
    let reacquire = (then: () => boolean): Next<boolean> => then();
    // Queued first, released after: a notification that comes in between finds this wait.
    const onParked = (): void => {
      const held = this.lock.releaseAll();
      reacquire = (then) => this.lock.reacquire(held, then);
    };
    const fail = (error: unknown): Next<boolean> =>
      reacquire(() => {
        throw error;
      });
    return waitAt(this.#gate, limits, (outcome) => reacquire(() => outcome !== undefined), { onParked, fail });
  }

  async waitFor(predicate: () => boolean, options?: WaitOptions): Promise<boolean> {
    const ask = askOf(predicate);
    const rest = remainingOf(this.#limits(limitsOf, options));
    let answer = ask();
    for (let isInTime = true; !answer && isInTime; answer = ask()) isInTime = await this.wait(rest());
    return answer;
  }

  waitForSync(predicate: () => boolean, options?: SyncWaitOptions): boolean {
    const ask = askOf(predicate);
    const rest = remainingOf(this.#limits(syncLimitsOf, options));
    let answer = ask();
    for (let isInTime = true; !answer && isInTime; answer = ask())
      isInTime = this.waitSync({ timeout: rest().timeout });
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
    this.inSection(() => {
      for (let n = 0; n < most; n++) {
        const node = waiters.first(this.cell, WAIT_QUEUE_A);
        if (node === 0) return;
        waiters.grant(node, OUTCOME_GRANTED);
        section.commit();
      }
    });
  }

  #limits<O>(from: (options: O | undefined) => WaitLimits, options: O | undefined): WaitLimits {
    const limits = from(options);
    this.#mustBeHeld("wait");
    return limits;
  }

  #mustBeHeld(what: string): void {
    if (this.lock.isHeldHere()) return;
    throw new LockStateError(`${this.label}: hold its lock to ${what}: acquire condition.lock first`);
  }
}

/** A predicate as given by a user. A promise would always count as true. */
function askOf(predicate: () => boolean): () => boolean {
  if (typeof predicate !== "function") {
    throw typeError(`waitFor needs a function that gives true or false, not ${describe(predicate)}`);
  }
  return () => refusePromise(predicate(), "A predicate");
}

/** Under the latch: a notification that its waiter will not see goes to the next one. */
export function passGrant(kernel: Kernel, cell: number, node: number): void {
  const { section, waiters } = kernel;
  section.write(node + NODE_STATE, NODE_FREE);
  const next = waiters.first(cell, WAIT_QUEUE_A);
  if (next !== 0) waiters.grant(next, OUTCOME_GRANTED);
}
