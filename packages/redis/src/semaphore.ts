import { checkInteger, limitsOf, rangeError, TimeoutError, type WaitOptions } from "@heddle/core";
import { differentlyMade } from "./different.js";
import { type Permit, permitOf, runWith } from "./guard.js";
import { RemoteObject } from "./remote-object.js";
import { semaphoreScripts } from "./scripts.js";
import type { Session } from "./session.js";
import type { Sessions } from "./sessions.js";

const MOST = 2 ** 30 - 1;

/**
 * A count of permits between programs on any machines. It is as Heddle's `Semaphore`, but {@link value} and `release` are promises. If a program's
 * lease passes, the permits that it has acquired and not released come back.
 *
 * Fairness: waiters are served in the order in which they began to wait.
 *
 * @example
 * ```ts
 * import { connect } from "@heddle/redis";
 *
 * await using cluster = await connect({ url: "redis://localhost:6379", namespace: "shop" });
 * const seats = cluster.Semaphore.named("seats", 2);
 * console.log(await seats.run(() => seats.value)); // 1
 * ```
 */
export class Semaphore extends RemoteObject {
  readonly #initial: string;
  readonly #bounded: string;

  constructor(sessions: Sessions, name: string | undefined, value: number, isBounded: boolean) {
    super(sessions, name);
    this.#initial = String(checkInteger(value, "The value of a semaphore", 0, MOST));
    this.#bounded = isBounded ? "1" : "0";
  }

  /**
   * Takes a permit, waiting for one.
   *
   * @returns true with a permit; false if the timeout passed first.
   * @throws LeaseLostError if the lease of this program passes while it waits.
   * @throws The signal's reason, once the signal aborts.
   */
  async acquire(options?: WaitOptions): Promise<boolean> {
    return (await this.#take(options)) !== undefined;
  }

  /** Takes a permit if one is free now. */
  tryAcquire(): Promise<boolean> {
    return this.acquire({ timeout: 0 });
  }

  /**
   * Gives back `n` permits, 1 by default.
   *
   * @throws RangeError unless `n` is an integer from 1. A bounded semaphore throws it, too, if there would be more permits than at first.
   */
  async release(n = 1): Promise<void> {
    const permits = String(checkInteger(n, "The number of permits", 1, MOST));
    const args = [await this.name(), this.#initial, this.#bounded, permits];
    const { how } = await this.sessions.perform(semaphoreScripts.release, ...args);
    if (how === "different") throw differentlyMade("semaphore");
    if (how === "many")
      throw rangeError(`The semaphore has ${this.#initial} permits at most: it was released too often`);
  }

  /**
   * As {@link acquire}, for `await using permit = await semaphore.hold()`.
   *
   * @throws TimeoutError if the timeout passes first.
   */
  async hold(options?: WaitOptions): Promise<Permit> {
    const permit = await this.#take(options);
    if (permit === undefined) throw new TimeoutError("No permit was free in time");
    return permit;
  }

  /** As {@link tryAcquire}, with a guard; undefined if no permit was free. */
  tryHold(): Promise<Permit | undefined> {
    return this.#take({ timeout: 0 });
  }

  /**
   * Runs `fn` with a permit, and gives the permit back when `fn` has ended.
   *
   * @returns The result of `fn`.
   */
  async run<T>(fn: (permit: Permit) => T | PromiseLike<T>, options?: WaitOptions): Promise<T> {
    return await runWith(await this.hold(options), fn);
  }

  /** How many permits are free now. */
  get value(): Promise<number> {
    return this.read(semaphoreScripts.state, this.#initial).then(([value]) => Number(value));
  }

  async #take(options: WaitOptions | undefined): Promise<Permit | undefined> {
    const limits = limitsOf(options);
    const name = await this.name();
    const made = [name, this.#initial, this.#bounded] as const;
    const giveBack = async (session: Session): Promise<boolean> => {
      const { how } = await session.perform(semaphoreScripts.release, ...made, "1");
      return how === "released";
    };
    const { session, ended } = await this.sessions.wait(limits, (session) => ({
      begin: (wait, mayWait) => session.perform(semaphoreScripts.acquire, ...made, wait, mayWait),
      cancel: (wait) => session.perform(semaphoreScripts.cancel, name, wait),
      undo: async ({ how }) => {
        if (how === "granted") await giveBack(session);
      },
    }));
    if (ended?.how === "different") throw differentlyMade("semaphore");
    return ended === undefined ? undefined : permitOf(session, () => giveBack(session));
  }
}
