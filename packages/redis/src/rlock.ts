import { LockStateError, limitsOf, type WaitOptions } from "@heddle/core";
import { current } from "heddle";
import type { Held } from "./guard.js";
import { type Loan, Lock } from "./lock.js";

/** How often a task holds the lock; or that it waits for it. */
interface Ownership {
  readonly held: Promise<Held | undefined>;
  now?: Held | undefined;
  count: number;
}

const notOwned = (): LockStateError =>
  new LockStateError("The lock is not held by this task: only its owner may release it");

/**
 * A re-entrant {@link Lock}: its owner may take it again. It is free once it was released as often as it was acquired. Its owner is a task of this
 * program's session: one run of a pool task, or the rest of the worker. Only its owner may release it.
 *
 * @example
 * ```ts
 * import { connect } from "@heddle/redis";
 *
 * await using cluster = await connect({ url: "redis://localhost:6379", namespace: "shop" });
 * const lock = cluster.RLock.named("stock");
 * console.log(await lock.run(() => lock.run(() => "held twice over"))); // held twice over
 * ```
 */
export class RLock extends Lock {
  /** By the signal of a task, of which each task has one. */
  readonly #owners = new WeakMap<AbortSignal, Ownership>();

  override async acquire(options?: WaitOptions): Promise<boolean> {
    return (await this.take(options)) !== undefined;
  }

  override async release(): Promise<boolean> {
    const owner = current().signal;
    const ownership = this.#owners.get(owner);
    if (ownership === undefined || ownership.count === 0) {
      throw notOwned();
    }
    return await this.#giveUp(owner, ownership);
  }

  protected override async take(options: WaitOptions | undefined): Promise<Held | undefined> {
    limitsOf(options);
    const owner = current().signal;
    const known = this.#owners.get(owner);
    if (known !== undefined) {
      const held = await known.held;
      if (held !== undefined && !held.session.isLost && this.#owners.get(owner) === known) {
        known.count++;
        return held;
      }
      return await this.take(options);
    }
    const made: Ownership = { held: super.take(options), count: 0 };
    this.#owners.set(owner, made);
    try {
      const taken = await made.held;
      if (taken === undefined) this.#owners.delete(owner);
      else made.count++;
      made.now = taken;
      return taken;
    } catch (error) {
      this.#owners.delete(owner);
      throw error;
    }
  }

  protected override async giveBack(held: Held): Promise<boolean> {
    const owner = current().signal;
    const ownership = this.#owners.get(owner);
    if (ownership === undefined || (await ownership.held) !== held) return await super.giveBack(held);
    return await this.#giveUp(owner, ownership);
  }

  protected override lend(): Loan {
    const owner = current().signal;
    const ownership = this.#owners.get(owner);
    if (ownership?.now === undefined) throw notOwned();
    const { count } = ownership;
    this.#owners.delete(owner);
    return {
      held: ownership.now,
      giveBack: (again) => {
        this.#owners.set(owner, { held: Promise.resolve(again), now: again, count });
      },
    };
  }

  async #giveUp(owner: AbortSignal, ownership: Ownership): Promise<boolean> {
    const held = (await ownership.held) as Held;
    ownership.count--;
    if (ownership.count > 0) return !held.session.isLost;
    this.#owners.delete(owner);
    return await super.giveBack(held);
  }
}
