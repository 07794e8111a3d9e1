import type { WaitOptions } from "@heddle/core";
import { limitsOf } from "@heddle/core";
import { RemoteObject } from "./remote-object.js";
import { eventScripts } from "./scripts.js";

/**
 * A flag that programs on any machines wait for. It is as Heddle's `Event`, but {@link isSet}, `set` and `clear` are promises.
 *
 * @example
 * ```ts
 * import { connect } from "@heddle/redis";
 *
 * await using cluster = await connect({ url: "redis://localhost:6379", namespace: "shop" });
 * const opened = new cluster.Event();
 * const waiting = opened.wait({ timeout: 1000 });
 * await opened.set();
 * console.log(await waiting); // true
 * ```
 */
export class Event extends RemoteObject {
  /** Whether the flag is set now. */
  get isSet(): Promise<boolean> {
    return this.read(eventScripts.state).then(([isSet]) => isSet === "1");
  }

  /** Sets the flag and wakes all waiters. Setting it again has no effect. */
  async set(): Promise<void> {
    await this.sessions.perform(eventScripts.set, await this.name(), "1");
  }

  /** Clears the flag: later waits wait. Clearing it again has no effect. */
  async clear(): Promise<void> {
    await this.sessions.perform(eventScripts.set, await this.name(), "0");
  }

  /**
   * Waits until the flag is set.
   *
   * @returns true once it is set; false if the timeout passed first.
   * @throws LeaseLostError if the lease of this program passes while it waits.
   * @throws The signal's reason, once the signal aborts.
   */
  async wait(options?: WaitOptions): Promise<boolean> {
    const limits = limitsOf(options);
    const name = await this.name();
    const { ended } = await this.sessions.wait(limits, (session) => ({
      begin: (wait, mayWait) => session.perform(eventScripts.wait, name, wait, mayWait),
      cancel: (wait) => session.perform(eventScripts.cancel, name, wait),
    }));
    return ended !== undefined;
  }
}
