import { TimeoutError } from "../contracts/errors.js";
import type { Guard } from "../contracts/sync.js";
import type { Guarded, Guards } from "../kernel/guards.js";
import { REASON } from "../kernel/message/refusal.js";

/** A guard whose first release calls `giveBack`. If it is never released, and `of` is given, `guards` tells of that. */
export function guardOf(giveBack: () => void, guards: Guards, of: Guarded | undefined): Guard {
  let isHeld = true;
  const canary = of === undefined ? undefined : guards.watch(of);
  const release = (): void => {
    if (!isHeld) return;
    isHeld = false;
    if (canary !== undefined) guards.released(canary);
    giveBack();
  };
  return new HeldGuard(release);
}

/** A class, as objects of one are made several times as fast as by `Object.create`. */
class HeldGuard implements Guard {
  readonly release: () => void;

  constructor(release: () => void) {
    this.release = release;
  }

  [Symbol.dispose](): void {
    this.release();
  }

  get [REASON](): string {
    return "a guard cannot be sent: send the lock, and have it held there";
  }
}

/** What `hold` fails with when its time is up. */
export const notFreeInTime = (label: string, timeout: number | undefined): TimeoutError =>
  new TimeoutError(`${label} was not free within ${timeout} ms`);
