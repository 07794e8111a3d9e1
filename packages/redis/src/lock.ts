import { AbandonedError, LockStateError, limitsOf, TimeoutError, type WaitOptions } from "@heddle/core";
import { type Guard, guardOf, type Held, runWith } from "./guard.js";
import { RemoteObject } from "./remote-object.js";
import { lockScripts } from "./scripts.js";
import type { Answer, Session } from "./session.js";

/** A lock that its holder gives up for the time of a wait. */
export interface Loan {
  readonly held: Held;
  /** Says what holds the lock now. */
  giveBack(again: Held): void;
}

const notHeld = (): LockStateError =>
  new LockStateError("The lock of the condition is not held by this program: acquire it first");

/**
 * Mutual exclusion between programs on any machines. It is as Heddle's `Lock`, with these differences. Its getters are promises. Every grant has a
 * fencing token ({@link Guard.token}) and a signal. `release` says whether the lock was still held.
 *
 * If the holder's lease passes, the lock is {@link abandoned}: its waiters get AbandonedError.
 *
 * Fairness: waiters are served in the order in which they began to wait. A release hands the lock to the first that lives.
 *
 * @example
 * ```ts
 * import { connect } from "@heddle/redis";
 *
 * await using cluster = await connect({ url: "redis://localhost:6379", namespace: "shop" });
 * const stock = cluster.Lock.named("stock");
 * await stock.run(async ({ token, signal }) => {
 *   // The resource refuses a token that is lower than one it has seen.
 *   await fetch("http://stock/take", { method: "POST", headers: { token: String(token) }, signal });
 * });
 * ```
 */
export class Lock extends RemoteObject {
  /** The grant that this program has acquired, and not yet released. */
  #held: Held | undefined;

  /**
   * Takes the lock, waiting until it is free. Unless it returns true, the lock is unchanged.
   *
   * @returns true once the lock is held; false if the timeout passed first.
   * @throws AbandonedError if the lease of a holder has passed.
   * @throws LeaseLostError if the lease of this program passes while it waits.
   * @throws The signal's reason, once the signal aborts.
   */
  async acquire(options?: WaitOptions): Promise<boolean> {
    const held = await this.take(options);
    if (held !== undefined) this.#held = held;
    return held !== undefined;
  }

  /**
   * Takes the lock if it is free now.
   *
   * @returns Whether it was taken.
   * @throws AbandonedError if the lease of a holder has passed.
   */
  tryAcquire(): Promise<boolean> {
    return this.acquire({ timeout: 0 });
  }

  /**
   * Releases the lock. Any program may do so.
   *
   * @returns Whether the lock was still this program's: false if its lease was lost before, or another program held it.
   * @throws LockStateError if the lock is not locked.
   */
  async release(): Promise<boolean> {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) return await this.giveBack(held);
    const { how } = await this.sessions.perform(lockScripts.release, await this.name(), "");
    if (how === "free") throw new LockStateError("The lock is not locked: it cannot be released");
    return false;
  }

  /**
   * As {@link acquire}, for `await using guard = await lock.hold()`.
   *
   * @throws TimeoutError if the timeout passes first.
   */
  async hold(options?: WaitOptions): Promise<Guard> {
    const held = await this.take(options);
    if (held === undefined) throw new TimeoutError("The lock was not free in time");
    return guardOf(held, () => this.giveBack(held));
  }

  /**
   * As {@link tryAcquire}, with a guard.
   *
   * @returns A guard if the lock was free; undefined otherwise.
   */
  async tryHold(): Promise<Guard | undefined> {
    const held = await this.take({ timeout: 0 });
    return held === undefined ? undefined : guardOf(held, () => this.giveBack(held));
  }

  /**
   * Runs `fn` while it holds the lock, and releases the lock when `fn` has ended.
   *
   * @returns The result of `fn`, which is called with the guard.
   * @throws As {@link hold}, and the error of `fn`.
   */
  async run<T>(fn: (guard: Guard) => T | PromiseLike<T>, options?: WaitOptions): Promise<T> {
    return await runWith(await this.hold(options), fn);
  }

  /** Whether the lock is held now, by any program. */
  get locked(): Promise<boolean> {
    return this.read(lockScripts.state).then(([locked]) => locked === "1");
  }

  /** Whether the lease of a holder has passed. Until {@link recover}, every acquisition fails with AbandonedError. */
  get abandoned(): Promise<boolean> {
    return this.read(lockScripts.state).then(([, abandoned]) => abandoned === "1");
  }

  /**
   * Makes an abandoned lock free again. Check or repair first what it guards.
   *
   * @throws LockStateError if the lock is not abandoned.
   */
  async recover(): Promise<void> {
    const { how } = await this.sessions.perform(lockScripts.recover, await this.name());
    if (how !== "recovered") throw new LockStateError("The lock is not abandoned: there is nothing to recover from");
  }

  /** The grant of the lock; undefined if the timeout passes first. */
  protected async take(options: WaitOptions | undefined): Promise<Held | undefined> {
    const limits = limitsOf(options);
    const name = await this.name();
    const { session, ended } = await this.sessions.wait(limits, (session) => ({
      begin: (wait, mayWait) => session.perform(lockScripts.acquire, name, wait, mayWait),
      cancel: (wait) => session.perform(lockScripts.cancel, name, wait),
      undo: async ({ how, rest }) => {
        if (how === "granted") await session.perform(lockScripts.release, name, String(rest[0]));
      },
    }));
    return ended === undefined ? undefined : grantOf(session, ended);
  }

  protected async giveBack({ session, token }: Held): Promise<boolean> {
    const { how } = await session.perform(lockScripts.release, await this.name(), String(token));
    return how === "released";
  }

  /** For a condition: the grant that this program has by `acquire`. Its wait gives it up, and takes the lock again. */
  protected lend(): Loan {
    const held = this.#held;
    if (held === undefined) throw notHeld();
    this.#held = undefined;
    return {
      held,
      giveBack: (again) => {
        this.#held = again;
      },
    };
  }

  /** For a condition: the lock's name, and its loan. */
  static async loanOf(lock: Lock): Promise<Loan & { readonly name: string }> {
    return { name: await lock.name(), ...lock.lend() };
  }

  /** For a condition: the lock's name, and what this program holds of it. */
  static async holdingOf(lock: Lock): Promise<{ readonly name: string; readonly held: Held }> {
    const name = await lock.name();
    const { held, giveBack } = lock.lend();
    giveBack(held);
    return { name, held };
  }
}

/** A grant, as an answer or a message tells of it. */
export function grantOf(session: Session, { how, rest }: Answer): Held {
  if (how === "abandoned")
    throw new AbandonedError("The lease of a program has passed while it held the lock: its data may be half-written");
  if (how !== "granted") throw session.lost.reason;
  return { session, token: Number(rest[0]) };
}
