import { TimeoutError } from "../contracts/errors.js";
import type { Guard } from "../contracts/sync.js";
import { typeError } from "../contracts/wrong-use.js";
import { describe } from "../kernel/arguments.js";
import type { Guarded, Guards } from "../kernel/guards.js";
import { REASON } from "../kernel/message/refusal.js";
import { refusePromise } from "../kernel/promises.js";

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
  /** In a program that was minified, too. */
  static readonly name: string = "Guard";
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

/** The error of `hold` when its time is up. */
export const notFreeInTime = (label: string, timeout: number | undefined): TimeoutError =>
  new TimeoutError(`${label} was not free within ${timeout} ms`);

/** Runs `fn` while what `hold` gives is held, and gives it back however `fn` ends. */
export async function runHolding<T>(hold: () => Promise<Guard>, fn: () => T | PromiseLike<T>): Promise<T> {
  checkRun(fn);
  const guard = await hold();
  try {
    return await fn();
  } finally {
    guard.release();
  }
}

/** As {@link runHolding}, blocking this worker. */
export function runHoldingSync<T>(hold: () => Guard, fn: () => T): T {
  checkRun(fn);
  const guard = hold();
  try {
    return refusePromise(fn(), "What runs");
  } finally {
    guard.release();
  }
}

function checkRun(fn: unknown): void {
  if (typeof fn !== "function") throw typeError(`A run needs a function to run, not ${describe(fn)}`);
}
