import { TimeoutError } from "../contracts/errors.js";
import type { Guard } from "../contracts/sync.js";
import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import { SharedObject } from "./shared-object.js";

/** What can be acquired and released, and therefore held for the length of a block. */
export abstract class Holdable extends SharedObject {
  abstract acquire(options?: WaitOptions): Promise<boolean>;
  abstract acquireSync(options?: SyncWaitOptions): boolean;
  abstract release(): void;

  async hold(options?: WaitOptions): Promise<Guard> {
    if (!(await this.acquire(options))) throw this.#timedOut(options?.timeout);
    return this.#guard();
  }

  holdSync(options?: SyncWaitOptions): Guard {
    if (!this.acquireSync(options)) throw this.#timedOut(options?.timeout);
    return this.#guard();
  }

  async run<T>(fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T> {
    if (typeof fn !== "function") throw new TypeError(`run needs a function to run, not ${typeof fn}`);
    const guard = await this.hold(options);
    try {
      return await fn();
    } finally {
      guard.release();
    }
  }

  #guard(): Guard {
    let isHeld = true;
    const release = (): void => {
      if (!isHeld) return;
      isHeld = false;
      this.release();
    };
    return { release, [Symbol.dispose]: release };
  }

  #timedOut(timeout: number | undefined): TimeoutError {
    return new TimeoutError(`${this.label} was not free within ${timeout} ms`);
  }
}
