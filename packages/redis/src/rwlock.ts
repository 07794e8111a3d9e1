import { LockStateError, limitsOf, TimeoutError, type WaitOptions } from "@heddle/core";
import { type Guard, guardOf, runWith } from "./guard.js";
import { grantOf } from "./lock.js";
import { RemoteObject } from "./remote-object.js";
import { rwlockScripts } from "./scripts.js";
import type { Session } from "./session.js";

type Mode = "read" | "write";

/**
 * A lock for many readers or one writer, between programs on any machines. It is as Heddle's `RWLock`, but its getters are promises, and its guards
 * have a token and a signal. If a reader's lease passes, its read is given back. If a writer's does, the lock is {@link abandoned}.
 *
 * Fairness: writers are served in the order in which they began to wait. A waiting writer holds up new readers.
 *
 * @example
 * ```ts
 * import { connect } from "@heddle/redis";
 *
 * await using cluster = await connect({ url: "redis://localhost:6379", namespace: "shop" });
 * const prices = cluster.RWLock.named("prices");
 * console.log(await prices.runRead(() => "reading")); // reading
 * ```
 */
export class RWLock extends RemoteObject {
  /**
   * Waits until there is no writer and none waits, and takes a read.
   *
   * @throws TimeoutError if the timeout passes first.
   * @throws AbandonedError if the lease of a writer has passed; LeaseLostError if this program's passes while it waits.
   * @throws The signal's reason, once the signal aborts.
   */
  holdRead(options?: WaitOptions): Promise<Guard> {
    return this.#hold("read", options);
  }

  /**
   * Waits until there are no readers, no writer, and no writer that has waited longer; and takes the write.
   *
   * @throws As {@link holdRead}.
   */
  holdWrite(options?: WaitOptions): Promise<Guard> {
    return this.#hold("write", options);
  }

  /**
   * Takes a read if there is no writer and none waits.
   *
   * @returns A guard; undefined if the read cannot be taken now.
   */
  tryHoldRead(): Promise<Guard | undefined> {
    return this.#take("read", { timeout: 0 });
  }

  /**
   * Takes the write if there are no readers, no writer and no waiting writer.
   *
   * @returns A guard; undefined if the write cannot be taken now.
   */
  tryHoldWrite(): Promise<Guard | undefined> {
    return this.#take("write", { timeout: 0 });
  }

  /**
   * Runs `fn` while it holds a read, and gives the read back when `fn` has ended.
   *
   * @returns The result of `fn`, which is called with the guard.
   */
  runRead<T>(fn: (guard: Guard) => T | PromiseLike<T>, options?: WaitOptions): Promise<T> {
    return this.#run("read", fn, options);
  }

  /** As {@link runRead}, for the write. */
  runWrite<T>(fn: (guard: Guard) => T | PromiseLike<T>, options?: WaitOptions): Promise<T> {
    return this.#run("write", fn, options);
  }

  /** How many reads are held now, in all programs. */
  get readers(): Promise<number> {
    return this.read(rwlockScripts.state).then(([readers]) => Number(readers));
  }

  /** Whether a program is writing now. */
  get writing(): Promise<boolean> {
    return this.read(rwlockScripts.state).then(([, writing]) => writing === "1");
  }

  /** Whether the lease of a writer has passed. Until {@link recover}, reads and writes fail with AbandonedError. */
  get abandoned(): Promise<boolean> {
    return this.read(rwlockScripts.state).then(([, , abandoned]) => abandoned === "1");
  }

  /**
   * Makes an abandoned lock free again. Check or repair first what it guards.
   *
   * @throws LockStateError if the lock is not abandoned.
   */
  async recover(): Promise<void> {
    const { how } = await this.sessions.perform(rwlockScripts.recover, await this.name());
    if (how !== "recovered") throw new LockStateError("The lock is not abandoned: there is nothing to recover from");
  }

  async #hold(mode: Mode, options: WaitOptions | undefined): Promise<Guard> {
    const guard = await this.#take(mode, options);
    if (guard === undefined) throw new TimeoutError(`The ${mode} could not be taken in time`);
    return guard;
  }

  async #run<T>(mode: Mode, fn: (guard: Guard) => T | PromiseLike<T>, options: WaitOptions | undefined): Promise<T> {
    return await runWith(await this.#hold(mode, options), fn);
  }

  async #take(mode: Mode, options: WaitOptions | undefined): Promise<Guard | undefined> {
    const limits = limitsOf(options);
    const name = await this.name();
    const giveBack = async (session: Session, wait: string, token: string): Promise<boolean> => {
      const { how } = await session.perform(rwlockScripts.release, name, mode, wait, token);
      return how === "released";
    };
    const { session, ended } = await this.sessions.wait(limits, (session) => ({
      begin: (wait, mayWait) => session.perform(rwlockScripts.acquire, name, mode, wait, mayWait),
      cancel: (wait) => session.perform(rwlockScripts.cancel, name, mode, wait),
      undo: async ({ how, rest, wait }) => {
        if (how === "granted") await giveBack(session, wait, String(rest[0]));
      },
    }));
    if (ended === undefined) return undefined;
    const held = grantOf(session, ended);
    return guardOf(held, () => giveBack(session, ended.wait, String(held.token)));
  }
}
