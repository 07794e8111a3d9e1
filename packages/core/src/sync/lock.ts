import type { Lock as LockContract } from "../contracts/sync.js";
import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import type { Guarded } from "../kernel/guards.js";
import type { Kernel } from "../kernel/kernel.js";
import { isTraced, trace } from "../kernel/trace.js";
import { limitsOf, type Next, syncLimitsOf, UNLIMITED, type Wait, type WaitLimits, waitAt } from "../kernel/waiting.js";
import { Holdable } from "./holdable.js";
import { Mutex, takerOf } from "./mutex.js";

export class Lock extends Holdable implements LockContract {
  readonly #mutex: Mutex;

  constructor(kernel: Kernel, cell: number, className = "Lock") {
    super(kernel, cell, className);
    this.#mutex = new Mutex(kernel, cell, this);
    this.#mutex.label = this.label;
  }

  protected get mutex(): Mutex {
    return this.#mutex;
  }

  protected override state(): Readonly<Record<string, unknown>> {
    const { locked, abandoned, waits: waiting } = this;
    return { locked, waiting, ...(abandoned ? { abandoned } : {}) };
  }

  override nameIt(label: string): void {
    super.nameIt(label);
    this.mutex.label = label;
  }

  async acquire(options?: WaitOptions): Promise<boolean> {
    const limits = limitsOf(options);
    if (this.#tryLock()) return true;
    if (limits.timeout === 0) return false;
    return await this.kernel.parking.await(this.#acquire(limits, isTrue));
  }

  acquireSync(options?: SyncWaitOptions): boolean {
    const limits = syncLimitsOf(options);
    if (this.#tryLock()) return true;
    if (limits.timeout === 0) return false;
    return this.kernel.parking.block(this.#acquire(limits, isTrue));
  }

  tryAcquire(): boolean {
    return this.#tryLock();
  }

  release(): void {
    this.mutex.clearGuarded();
    this.mutex.release();
    if (isTraced) trace("hold-end", this.label);
  }

  protected override guarded(): Guarded {
    this.mutex.setGuarded();
    return this.mutex;
  }

  get locked(): boolean {
    return this.mutex.owner !== 0;
  }

  get abandoned(): boolean {
    return this.mutex.isAbandoned;
  }

  recover(): void {
    this.mutex.recover();
  }

  // ── for Condition ──

  /** Whether this worker, and where ownership is by task this task, holds the lock. */
  isHeldHere(): boolean {
    return this.mutex.isHeldHere();
  }

  /** Releases it however often it is held; gives what {@link reacquire} needs to hold it again as before. */
  releaseAll(): unknown {
    const taker = takerOf(this.kernel);
    this.release();
    return taker;
  }

  /** Holds it again as before, if need be after a wait, and then goes on with `then`. */
  reacquire<R>(taker: unknown, then: () => Next<R>): Next<R> {
    return this.#tryLock(taker as number) ? then() : this.#acquire(UNLIMITED, then, taker as number);
  }

  /** `taker` is asked for before the wait: code after it may go on in another task's context. */
  #acquire<R>(limits: WaitLimits, then: (isHeld: boolean) => Next<R>, taker = takerOf(this.kernel)): Wait<R> {
    return waitAt(this.mutex, limits, (outcome) => {
      const isHeld = outcome !== undefined;
      if (isHeld) this.heldBy(taker);
      return then(isHeld);
    });
  }

  #tryLock(taker?: number): boolean {
    const isHeld = this.mutex.tryLock();
    if (isHeld) this.heldBy(taker ?? takerOf(this.kernel));
    return isHeld;
  }

  /** It was taken for a task: notes that, and tells who traces of it. */
  protected heldBy(task: number): void {
    this.kernel.holds?.take(this.cell, this.cell, task);
    if (isTraced) trace("hold-begin", this.label);
  }
}

export const isTrue = (isHeld: boolean): boolean => isHeld;
