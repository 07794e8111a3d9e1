import type { Guard } from "../contracts/sync.js";
import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import type { Guarded } from "../kernel/guards.js";
import { guardOf, notFreeInTime, runHolding, runHoldingSync } from "./guard.js";
import { SharedObject } from "./shared-object.js";

/** An object that can be acquired and released, and therefore held for the length of a block. */
export abstract class Holdable extends SharedObject {
  abstract acquire(options?: WaitOptions): Promise<boolean>;
  abstract acquireSync(options?: SyncWaitOptions): boolean;
  abstract tryAcquire(): boolean;
  abstract release(): void;

  async hold(options?: WaitOptions): Promise<Guard> {
    const { sites } = this.kernel.parking;
    const site = options?.timeout === undefined ? undefined : sites.ofCall();
    if (!(await this.acquire(options))) throw sites.madeLater(notFreeInTime(this.label, options?.timeout), site);
    return this.#guard();
  }

  holdSync(options?: SyncWaitOptions): Guard {
    if (!this.acquireSync(options)) throw notFreeInTime(this.label, options?.timeout);
    return this.#guard();
  }

  tryHold(): Guard | undefined {
    return this.tryAcquire() ? this.#guard() : undefined;
  }

  /** It was acquired for a guard, which is to release it; the error to report if it does not. */
  protected guarded(): Guarded | undefined {
    return undefined;
  }

  run<T>(fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T> {
    return runHolding(() => this.hold(options), fn);
  }

  runSync<T>(fn: () => T, options?: SyncWaitOptions): T {
    return runHoldingSync(() => this.holdSync(options), fn);
  }

  #guard(): Guard {
    return guardOf(() => this.release(), this.kernel.guards, this.guarded());
  }
}
