import type { BoundedSemaphore as BoundedContract, Semaphore as SemaphoreContract } from "../contracts/sync.js";
import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import { rangeError } from "../contracts/wrong-use.js";
import { checkInteger } from "../kernel/arguments.js";
import type { Guarded } from "../kernel/guards.js";
import type { Kernel } from "../kernel/kernel.js";
import {
  MAX_PERMITS,
  NODE_FREE,
  NODE_NEXT,
  NODE_STATE,
  OUTCOME_GRANTED,
  SEMAPHORE_INITIAL,
  SEMAPHORE_STATE,
  SEMAPHORE_WAITERS,
  WAIT_QUEUE_A,
} from "../kernel/layout.js";
import { isTraced, trace } from "../kernel/trace.js";
import { type Gate, limitsOf, syncLimitsOf, type Wait, type WaitLimits, waitAt } from "../kernel/waiting.js";
import { Holdable } from "./holdable.js";

/**
 * A word that counts free permits. As long as nobody waits, taking and giving back is one compare-and-exchange. While
 * somebody waits, which implies that no permit is free, the word is negative and everybody goes through the latch.
 *
 * | `SEMAPHORE_STATE` | changes to | by whom, when |
 * |---|---|---|
 * | n > 0 | n - 1 | the worker that takes one, by a compare-and-exchange |
 * | n >= 0 | n + m | the worker that releases m, by a compare-and-exchange |
 * | 0 | WAITERS | a worker that begins to wait, by a compare-and-exchange under the latch, before it is queued |
 * | any | + WAITERS | a worker that releases, hands on or counts under the latch, by or: from then on it changes under the latch alone |
 * | WAITERS + n, n > 0 | n | the section that counted; the next worker that comes, if its worker died counting |
 * | WAITERS | n | the worker that gives permits, in the commit of the last grant; a release that finds nobody in the wait queue |
 * | `SEMAPHORE_INITIAL` | constant | the maker, before anybody else knows the cell |
 */
export class Semaphore extends Holdable implements SemaphoreContract {
  readonly #gate: Gate<true>;

  readonly #guarded: Guarded;

  constructor(kernel: Kernel, cell: number, className = "Semaphore") {
    super(kernel, cell, className);
    const label = (): string => this.label;
    this.#guarded = {
      get label() {
        return label();
      },
      loss: "has lost a permit",
      // A permit has no owner: `release` may have given this one back. That is certain where none is missing.
      isGuardedHere: () => this.value < (kernel.region.i32[cell + SEMAPHORE_INITIAL] as number),
    };
    this.#gate = {
      object: this,
      cell,
      queue: WAIT_QUEUE_A,
      label: this.label,
      claim: () => this.#claim(),
      redeem: (node) => {
        kernel.waiters.acknowledge(node);
        return true;
      },
    };
  }

  async acquire(options?: WaitOptions): Promise<boolean> {
    const limits = limitsOf(options);
    if (this.tryAcquire()) return true;
    return limits.timeout > 0 && (await this.kernel.parking.await(this.#acquire(limits)));
  }

  acquireSync(options?: SyncWaitOptions): boolean {
    const limits = syncLimitsOf(options);
    if (this.tryAcquire()) return true;
    return limits.timeout > 0 && this.kernel.parking.block(this.#acquire(limits));
  }

  tryAcquire(): boolean {
    if (this.#takeFree()) return this.#held(true);
    if (!isCounted(Atomics.load(this.kernel.region.i32, this.cell + SEMAPHORE_STATE))) return false;
    // Somebody adds a permit under the latch, or died doing it: there the answer is known.
    return this.#held(
      this.inSection(() => {
        this.#finishCounting();
        return this.#takeFree();
      }),
    );
  }

  release(n = 1): void {
    checkInteger(n, "The number of permits to release", 1, MAX_PERMITS);
    const { i32 } = this.kernel.region;
    const address = this.cell + SEMAPHORE_STATE;
    for (let free = Atomics.load(i32, address); free >= 0; free = Atomics.load(i32, address)) {
      this.checkRelease(free, n);
      if (Atomics.compareExchange(i32, address, free, free + n) === free) {
        if (isTraced) trace("hold-end", this.label);
        return;
      }
    }
    this.inSection(() => {
      this.checkRelease(this.#stillFree(), n);
      give(this.kernel, this.cell, n);
    });
    if (isTraced) trace("hold-end", this.label);
  }

  /** A worker that had it has died: its permits are lost with it, but those of others that it was just counting are not. */
  onOwnerDeath(): void {
    this.inSection(() => this.#finishCounting());
  }

  protected override guarded(): Guarded {
    return this.#guarded;
  }

  protected override state(): Readonly<Record<string, unknown>> {
    return { value: this.value, waiting: this.waits };
  }

  get value(): number {
    return permitsOf(Atomics.load(this.kernel.region.i32, this.cell + SEMAPHORE_STATE));
  }

  /** Throws if `n` more permits than the `free` ones would be too many. */
  protected checkRelease(free: number, n: number): void {
    if (free + n > MAX_PERMITS) throw rangeError(`${this.label} can hold at most ${MAX_PERMITS} permits`);
  }

  #acquire(limits: WaitLimits): Wait<boolean> {
    return waitAt(this.#gate, limits, (isHeld) => this.#held(isHeld !== undefined));
  }

  /** Under the latch. */
  #claim(): true | undefined {
    const { i32 } = this.kernel.region;
    const address = this.cell + SEMAPHORE_STATE;
    for (;;) {
      this.#finishCounting();
      if (this.#takeFree()) return true;
      // Said before this worker is queued, under the latch: a release that sees it waits for the latch, and then finds us.
      const found = Atomics.compareExchange(i32, address, 0, SEMAPHORE_WAITERS);
      if (found <= 0) return undefined;
    }
  }

  #takeFree(): boolean {
    const { i32 } = this.kernel.region;
    const address = this.cell + SEMAPHORE_STATE;
    for (let free = Atomics.load(i32, address); free > 0; free = Atomics.load(i32, address)) {
      if (Atomics.compareExchange(i32, address, free, free - 1) === free) return true;
    }
    return false;
  }

  /**
   * Under the latch: the permits that are free, until the section ends. None while somebody waits. An error after this leaves
   * the word as one who dies counting does: the next one here counts again.
   */
  #stillFree(): number {
    return this.kernel.waiters.first(this.cell, WAIT_QUEUE_A) === 0 ? permitsOf(close(this.kernel, this.cell)) : 0;
  }

  /** Under the latch: a permit that a worker left behind when it died while adding it is everybody's again. */
  #finishCounting(): void {
    const address = this.cell + SEMAPHORE_STATE;
    const word = Atomics.load(this.kernel.region.i32, address);
    if (isCounted(word)) Atomics.store(this.kernel.region.i32, address, permitsOf(word));
  }

  #held(isHeld: boolean): boolean {
    if (isHeld && isTraced) trace("hold-begin", this.label);
    return isHeld;
  }
}

export class BoundedSemaphore extends Semaphore implements BoundedContract {
  constructor(kernel: Kernel, cell: number) {
    super(kernel, cell, "BoundedSemaphore");
  }

  protected override checkRelease(free: number, n: number): void {
    const initial = this.kernel.region.i32[this.cell + SEMAPHORE_INITIAL] as number;
    if (free + n > initial) {
      throw rangeError(
        `${this.label} was released more often than acquired: ${free} of ${initial} permits are free, ${n} more given back`,
      );
    }
  }
}

/** Under the latch: a permit that its waiter will not use goes to the next one. */
export function passGrant(kernel: Kernel, cell: number, node: number): void {
  kernel.section.write(node + NODE_STATE, NODE_FREE);
  give(kernel, cell, 1);
}

/** Under the latch: gives `n` permits to waiters, and the rest to everybody. */
function give(kernel: Kernel, cell: number, n: number): void {
  const { section, waiters } = kernel;
  let left = n;
  for (; left > 0; left--) {
    const node = waiters.first(cell, WAIT_QUEUE_A);
    if (node === 0) break;
    // Each grant is a step of its own: a death in the middle of many leaves permits lost with their releaser.
    if (left < n) section.commit();
    // Before the last grant: the worker that it wakes finds the rest of the permits free.
    if (section.read(node + NODE_NEXT) === 0) open(kernel, cell, left - 1);
    waiters.grant(node, OUTCOME_GRANTED);
  }
  if (left === n) open(kernel, cell, n);
}

/** Under the latch, when nobody waits or is about to: has the word count again, `n` more permits. */
function open(kernel: Kernel, cell: number, n: number): void {
  kernel.section.write(cell + SEMAPHORE_STATE, permitsOf(close(kernel, cell)) + n);
}

/**
 * Under the latch: makes the word negative, so that it changes only under the latch and the section may write it. Gives it
 * as it is then.
 */
function close({ region: { i32 } }: Kernel, cell: number): number {
  const address = cell + SEMAPHORE_STATE;
  return Atomics.or(i32, address, SEMAPHORE_WAITERS) | SEMAPHORE_WAITERS;
}

const permitsOf = (word: number): number => word & ~SEMAPHORE_WAITERS;

/** Closed, and permits are free all the same: they are being counted under the latch, or were when their counter died. */
const isCounted = (word: number): boolean => word < 0 && permitsOf(word) > 0;
