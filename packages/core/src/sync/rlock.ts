import { LockStateError } from "../contracts/errors.js";
import type { RLock as RLockContract } from "../contracts/sync.js";
import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import { checkSignal, checkTimeout } from "../kernel/arguments.js";
import type { Kernel } from "../kernel/kernel.js";
import { RLOCK_DEPTH, RLOCK_TASK } from "../kernel/layout.js";
import { Lock } from "./lock.js";

/**
 * A lock that its owner may take again. The owner is a task of a worker: the words that say which task, and how many
 * times over, are read and written only by the worker that owns the lock, so they need no latch.
 */
export class RLock extends Lock implements RLockContract {
  constructor(kernel: Kernel, cell: number) {
    super(kernel, cell, "RLock");
  }

  override async acquire(options?: WaitOptions): Promise<boolean> {
    // Asked before anything is awaited: who goes on afterwards need not be known to be the same task.
    const task = this.#task();
    if (this.#isHeldBy(task)) return this.#deepen(options, 1);
    return this.#take(await super.acquire(options), task, 1);
  }

  override acquireSync(options?: SyncWaitOptions): boolean {
    if (this.isHeldHere()) return this.#deepen(options, 1);
    return this.#take(super.acquireSync(options), this.#task(), 1);
  }

  override tryAcquire(): boolean {
    if (this.isHeldHere()) return this.#deepen(undefined, 1);
    return this.#take(super.tryAcquire(), this.#task(), 1);
  }

  override release(): void {
    if (!this.isHeldHere()) {
      throw new LockStateError(
        this.locked
          ? `${this.label} cannot be released here: only the task that holds it may do that`
          : `${this.label} cannot be released: it is not locked`,
      );
    }
    const depth = this.#depth - 1;
    this.#depth = depth;
    if (depth > 0) return;
    this.#owner = 0;
    super.release();
  }

  override isHeldHere(): boolean {
    return this.#isHeldBy(this.#task());
  }

  override releaseAll(): { task: number; depth: number } {
    const held = { task: this.#task(), depth: this.#depth };
    this.#depth = 1;
    this.release();
    return held;
  }

  override async reacquire(held: { task: number; depth: number }): Promise<void> {
    // Another async function of the same task may hold it by now: then both do.
    if (this.#isHeldBy(held.task)) this.#deepen(undefined, held.depth);
    else this.#take(await super.acquire(), held.task, held.depth);
  }

  override reacquireSync(held: { task: number; depth: number }): void {
    this.#take(super.acquireSync(), held.task, held.depth);
  }

  #take(isHeld: boolean, task: number, depth: number): boolean {
    if (isHeld) {
      this.#owner = task;
      this.#depth = depth;
    }
    return isHeld;
  }

  #deepen(options: WaitOptions | undefined, by: number): true {
    checkTimeout(options?.timeout);
    checkSignal(options?.signal)?.throwIfAborted();
    this.#depth += by;
    return true;
  }

  #isHeldBy(task: number): boolean {
    return super.isHeldHere() && this.#owner === task;
  }

  /** 0 would mean that no task owns it. */
  #task(): number {
    return (this.kernel.currentTask() + 1) | 0;
  }

  get #owner(): number {
    return Atomics.load(this.kernel.region.i32, this.cell + RLOCK_TASK);
  }

  set #owner(task: number) {
    Atomics.store(this.kernel.region.i32, this.cell + RLOCK_TASK, task);
  }

  get #depth(): number {
    return Atomics.load(this.kernel.region.i32, this.cell + RLOCK_DEPTH);
  }

  set #depth(depth: number) {
    Atomics.store(this.kernel.region.i32, this.cell + RLOCK_DEPTH, depth);
  }
}
