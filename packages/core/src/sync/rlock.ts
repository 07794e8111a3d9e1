import { LockStateError } from "../contracts/errors.js";
import type { RLock as RLockContract } from "../contracts/sync.js";
import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import type { Kernel } from "../kernel/kernel.js";
import { RLOCK_DEPTH, RLOCK_TASK } from "../kernel/layout.js";
import {
  type Gate,
  limitsOf,
  type Next,
  syncLimitsOf,
  UNLIMITED,
  type Wait,
  type WaitLimits,
  waitAt,
} from "../kernel/waiting.js";
import { isTrue, Lock } from "./lock.js";

/** By which task a lock is held, or to be held, and how many times over. */
interface Hold {
  readonly task: number;
  readonly depth: number;
}

interface PendingWait extends Hold {
  /** Ends the wait, with success. False if it had ended before. */
  give: (outcome: unknown) => boolean;
}

/**
 * A lock that its owner may take again. The owner is a task of a worker. Two words say which task, and how many times over. Only the worker
 * that owns the lock reads and writes them, so they need no latch, and no Atomics: the lock word does that.
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `RLOCK_TASK` | 0; the task that holds it + 1 | the lock's owner, after it has taken the lock and before it releases it; recovery | a task; 0 |
 * | `RLOCK_DEPTH` | how many times over | the same | one more, one less; 0 |
 */
export class RLock extends Lock implements RLockContract {
  /** Waits of this worker's that do not block. */
  readonly #pending = new Set<PendingWait>();

  constructor(kernel: Kernel, cell: number) {
    super(kernel, cell, "RLock");
  }

  override async acquire(options?: WaitOptions): Promise<boolean> {
    const limits = limitsOf(options);
    // Asked before anything is awaited: afterwards, the caller need not be known to be the same task.
    const hold = { task: this.#task(), depth: 1 };
    if (this.#tryLockAs(hold)) return true;
    return limits.timeout > 0 && (await this.kernel.parking.await(this.#acquireAs(hold, limits, isTrue)));
  }

  override acquireSync(options?: SyncWaitOptions): boolean {
    const limits = syncLimitsOf(options);
    const hold = { task: this.#task(), depth: 1 };
    if (this.#tryLockAs(hold)) return true;
    return limits.timeout > 0 && this.kernel.parking.block(this.#acquireAs(hold, limits, isTrue));
  }

  override tryAcquire(): boolean {
    return this.#tryLockAs({ task: this.#task(), depth: 1 });
  }

  override release(): void {
    if (!this.isHeldHere()) {
      throw new LockStateError(
        this.locked
          ? `${this.label} cannot be released here: only the task that holds it may do that`
          : `${this.label} cannot be released: it is not locked. Was its acquire() called, and awaited?`,
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

  override releaseAll(): Hold {
    const held = { task: this.#task(), depth: this.#depth };
    this.#depth = 1;
    this.release();
    return held;
  }

  override reacquire<R>(held: Hold, then: () => Next<R>): Next<R> {
    return this.#tryLockAs(held) ? then() : this.#acquireAs(held, UNLIMITED, then);
  }

  #acquireAs<R>(hold: Hold, limits: WaitLimits, then: (isHeld: boolean) => Next<R>): Wait<R> {
    const wait: PendingWait = { ...hold, give: () => false };
    return waitAt<true, R>(
      this.#gate(hold),
      limits,
      (isHeld) => {
        this.#pending.delete(wait);
        if (isHeld !== undefined) this.#begin(hold.task);
        return then(isHeld !== undefined);
      },
      {
        onWaiting: (give) => {
          wait.give = give;
          this.#pending.add(wait);
        },
        fail: (error) => {
          this.#pending.delete(wait);
          throw error;
        },
      },
    );
  }

  #tryLockAs(hold: Hold): boolean {
    if (this.#isHeldBy(hold.task)) {
      this.#depth += hold.depth;
      return true;
    }
    if (!this.mutex.tryLock()) return false;
    this.#own(hold);
    this.#begin(hold.task);
    return true;
  }

  /** Where a task waits for the lock. It owns the lock from the moment it is given: not only once what awaits that goes on. */
  #gate(hold: Hold): Gate<true> {
    const { mutex } = this;
    const { look } = mutex;
    return {
      object: this,
      cell: this.cell,
      queue: mutex.queue,
      label: this.label,
      claim: () => {
        if (mutex.claim() === undefined) return undefined;
        this.#own(hold);
        return true;
      },
      look:
        look &&
        (() => {
          const isTaken = look();
          if (isTaken) this.#own(hold);
          return isTaken;
        }),
      claimWoken: (node, isOverdue) => mutex.claimWoken(node, isOverdue),
      redeem: (node) => {
        mutex.redeem(node);
        this.#own(hold);
        return true;
      },
      isSuperseded: (node) => mutex.isSuperseded(node),
    };
  }

  /** The task has the lock from now on. */
  #begin(task: number): void {
    this.heldBy((task - 1) | 0);
    if (this.#pending.size > 0) this.#letInOthersOf(task);
  }

  /**
   * Ends the other waits of the task that holds the lock now. The task holds the lock for them, too, and their grants would come too late.
   */
  #letInOthersOf(task: number): void {
    for (const wait of this.#pending) {
      if (wait.task === task && wait.give(true)) this.#depth += wait.depth;
    }
  }

  #own({ task, depth }: Hold): void {
    this.#depth = depth;
    this.#owner = task;
  }

  #isHeldBy(task: number): boolean {
    return super.isHeldHere() && this.#owner === task;
  }

  /** 0 would mean that no task owns it. */
  #task(): number {
    return (this.kernel.currentTask() + 1) | 0;
  }

  get #owner(): number {
    return this.kernel.region.i32[this.cell + RLOCK_TASK] as number;
  }

  set #owner(task: number) {
    this.kernel.region.i32[this.cell + RLOCK_TASK] = task;
  }

  get #depth(): number {
    return this.kernel.region.i32[this.cell + RLOCK_DEPTH] as number;
  }

  set #depth(depth: number) {
    this.kernel.region.i32[this.cell + RLOCK_DEPTH] = depth;
  }
}
