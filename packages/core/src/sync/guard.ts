import { TimeoutError } from "../contracts/errors.js";
import type { Guard } from "../contracts/sync.js";
import { refuseToSend } from "../kernel/message/index.js";

/** A guard whose first release calls `giveBack`. */
export function guardOf(giveBack: () => void): Guard {
  let isHeld = true;
  const release = (): void => {
    if (!isHeld) return;
    isHeld = false;
    giveBack();
  };
  return Object.assign(Object.create(guards), { release, [Symbol.dispose]: release });
}

/** What all guards inherit from. */
const guards = {};
refuseToSend(guards, "a guard cannot be sent: send the lock, and have it held there");

/** What `hold` fails with when its time is up. */
export const notFreeInTime = (label: string, timeout: number | undefined): TimeoutError =>
  new TimeoutError(`${label} was not free within ${timeout} ms`);
