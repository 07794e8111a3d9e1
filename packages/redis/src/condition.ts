import { checkInteger, LockStateError, limitsOf, type WaitOptions } from "@heddle/core";
import { grantOf, Lock } from "./lock.js";
import { RemoteObject } from "./remote-object.js";
import { conditionScripts } from "./scripts.js";
import type { Sessions } from "./sessions.js";

const MOST = 2 ** 30 - 1;

/**
 * A condition variable between programs on any machines: waiting for a state that a {@link Lock} guards. It is as Heddle's `Condition`, but
 * `notify` is a promise, and the lock has to be held by `acquire`.
 *
 * Fairness: waiters are notified in the order in which they began to wait.
 *
 * @example
 * ```ts
 * import { connect } from "@heddle/redis";
 *
 * await using cluster = await connect({ url: "redis://localhost:6379", namespace: "shop" });
 * const condition = new cluster.Condition();
 * await condition.lock.acquire();
 * console.log(await condition.wait({ timeout: 10 })); // false
 * await condition.lock.release();
 * ```
 */
export class Condition extends RemoteObject {
  /** The lock that was given, or the RLock that was made. */
  readonly lock: Lock;

  constructor(sessions: Sessions, name: string | undefined, lock: Lock) {
    super(sessions, name);
    this.lock = lock;
  }

  /**
   * Releases the lock, waits for a notification, and takes the lock again. The lock is held again however the wait ends, unless it throws
   * AbandonedError or LeaseLostError.
   *
   * @returns true after a notification; false if the timeout passed first.
   * @throws LockStateError if this program does not hold the lock.
   * @throws The signal's reason, once the signal aborts.
   */
  async wait(options?: WaitOptions): Promise<boolean> {
    const limits = limitsOf(options);
    const name = await this.name();
    const { name: lockName, held, giveBack } = await Lock.loanOf(this.lock);
    const { session } = held;
    let isLate = false;
    const ended = await session.park(limits, {
      begin: (wait) => session.perform(conditionScripts.wait, name, lockName, String(held.token), wait),
      cancel: async (wait) => {
        const answer = await session.perform(conditionScripts.cancel, name, lockName, wait);
        isLate = answer.how === "late";
        return answer;
      },
    });
    if (ended.how === "other") throw notHeld();
    giveBack(grantOf(session, ended));
    if (ended.gaveUp === "abort" && isLate) throw limits.signal?.reason;
    return !isLate;
  }

  /**
   * Waits until `predicate` returns true. It is called with the lock held, at the start and after each notification. The timeout is for the
   * whole wait.
   *
   * @returns The last result of `predicate`: false if the timeout passed first.
   * @throws As {@link wait}, and what `predicate` throws.
   */
  async waitFor(predicate: () => boolean | PromiseLike<boolean>, options: WaitOptions = {}): Promise<boolean> {
    const { timeout } = limitsOf(options);
    const until = Date.now() + timeout;
    for (;;) {
      if (await predicate()) return true;
      const left = until - Date.now();
      if (left <= 0 || !(await this.wait({ ...options, timeout: left }))) return await predicate();
    }
  }

  /**
   * Wakes up to `n` waiters, 1 by default. Each goes on once it has the lock again.
   *
   * @throws RangeError for a negative number; LockStateError if this program does not hold the lock.
   */
  async notify(n = 1): Promise<void> {
    const most = String(checkInteger(n, "The number of waiters", 0, MOST));
    const { name: lockName, held } = await Lock.holdingOf(this.lock);
    const args = [await this.name(), lockName, String(held.token), most];
    const { how } = await held.session.perform(conditionScripts.notify, ...args);
    if (how !== "done") throw notHeld();
  }

  /** Wakes all waiters. */
  notifyAll(): Promise<void> {
    return this.notify(MOST);
  }
}

const notHeld = (): LockStateError =>
  new LockStateError("This program no longer holds the lock of the condition: its lease was lost");
