import { BrokenBarrierError, checkInteger, checkOptions, limitsOf, typeError, type WaitOptions } from "@heddle/core";
import { differentlyMade } from "./different.js";
import { RemoteObject } from "./remote-object.js";
import { barrierScripts } from "./scripts.js";
import type { Ended, Session } from "./session.js";
import type { Sessions } from "./sessions.js";

/**
 * Options of a barrier.
 *
 * @example
 * ```ts
 * import type { Barrier, BarrierOptions, Cluster } from "@heddle/redis";
 *
 * const options: BarrierOptions = { timeout: 5000, action: () => console.log("all are here") };
 * export const barrierOf = (cluster: Cluster): Barrier => new cluster.Barrier(2, options);
 * ```
 */
export interface BarrierOptions {
  /** Called once in each round, when all parties have come and before any of them goes on, by the party that came last. */
  readonly action?: (() => unknown) | undefined;
  /** The timeout of waits that have none of their own, in milliseconds. Default: Infinity. */
  readonly timeout?: number | undefined;
}

/**
 * A place where a fixed number of parties, in programs on any machines, wait for one another and then go on together, round after round. It is as
 * Heddle's `Barrier`, but its getters, `reset` and `abort` are promises. A party whose lease passes while it waits breaks the barrier.
 *
 * @example
 * ```ts
 * import { connect } from "@heddle/redis";
 *
 * await using cluster = await connect({ url: "redis://localhost:6379", namespace: "shop" });
 * const barrier = new cluster.Barrier(2);
 * console.log((await Promise.all([barrier.wait(), barrier.wait()])).sort()); // [ 0, 1 ]
 * ```
 */
export class Barrier extends RemoteObject {
  /** How many parties a round has. */
  readonly parties: number;
  readonly #action: (() => unknown) | undefined;
  readonly #timeout: number;
  readonly #made: readonly [parties: string, action: string];

  constructor(sessions: Sessions, name: string | undefined, parties: number, options: BarrierOptions = {}) {
    super(sessions, name);
    checkOptions(options, "A barrier", ["action", "timeout"]);
    if (options.action !== undefined && typeof options.action !== "function")
      throw typeError("An action is a function");
    this.parties = checkInteger(parties, "The number of parties", 1, 2 ** 30 - 1);
    this.#timeout = limitsOf({ timeout: options.timeout }).timeout;
    this.#action = options.action;
    this.#made = [String(parties), this.#action === undefined ? "0" : "1"];
  }

  /**
   * Waits until all parties have come and the action has run.
   *
   * @returns A number from 0 to parties - 1: how many parties came before this one.
   * @throws BrokenBarrierError if the barrier is broken or reset, or if the timeout passes first, which breaks it.
   * @throws The signal's reason, once the signal aborts, which breaks the barrier.
   * @throws The error of the action, which breaks the barrier.
   */
  async wait(options?: WaitOptions): Promise<number> {
    const limits = limitsOf({ timeout: this.#timeout, ...options });
    const name = await this.name();
    const { session, ended } = await this.sessions.wait(limits, (session) => ({
      begin: (wait, mayWait) => session.perform(barrierScripts.wait, name, ...this.#made, wait, mayWait),
      cancel: (wait, isAbort) => session.perform(barrierScripts.cancel, name, wait, isAbort ? "1" : "0"),
    }));
    return await this.#outcome(session, name, ended);
  }

  async #outcome(session: Session, name: string, ended: Ended | undefined): Promise<number> {
    const how = ended?.how;
    if (how === "different") throw differentlyMade("barrier");
    if (ended === undefined || how === "broken") throw new BrokenBarrierError("The barrier is broken");
    if (how === "act") await this.#act(session, name, ended.wait);
    else if (how !== "passed") throw session.lost.reason;
    return Number(ended.rest[0]);
  }

  async #act(session: Session, name: string, wait: string): Promise<void> {
    let outcome = "broken";
    try {
      await this.#action?.();
      outcome = "passed";
    } finally {
      await session.perform(barrierScripts.acted, name, wait, outcome);
    }
  }

  /** Ends all waits with BrokenBarrierError and begins a new round. It also makes a broken barrier usable again. */
  reset(): Promise<void> {
    return this.#change("reset");
  }

  /** Breaks the barrier: for a party that will not come. */
  abort(): Promise<void> {
    return this.#change("abort");
  }

  async #change(how: string): Promise<void> {
    const { how: done } = await this.sessions.perform(barrierScripts.change, await this.name(), ...this.#made, how);
    if (done === "different") throw differentlyMade("barrier");
  }

  /** How many parties of this round wait now. */
  get waiting(): Promise<number> {
    return this.read(barrierScripts.state).then(([waiting]) => Number(waiting));
  }

  /** Whether the barrier is broken: nobody passes until {@link reset}. */
  get broken(): Promise<boolean> {
    return this.read(barrierScripts.state).then(([, broken]) => broken === "1");
  }
}
