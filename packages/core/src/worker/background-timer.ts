import { after } from "../kernel/arguments.js";
import { clock } from "../kernel/clock.js";

interface Due {
  readonly at: number;
  readonly act: () => void;
}

/** Those that have not run out. */
const pending = new Set<Due>();

/**
 * As {@link after}, without keeping the program alive; a wait for something that depends on it does that. It runs out while this worker
 * blocks, too (see {@link serveDue}): `act` runs no code of the user's and does not block.
 */
export function inBackground(ms: number, act: () => void): () => void {
  if (ms === Number.POSITIVE_INFINITY) return () => {};
  const due: Due = {
    at: clock.now() + ms,
    act: () => {
      stop();
      act();
    },
  };
  const stopTimer = after(ms, due.act, (timer) => {
    // Where a runtime's timers are numbers, this one holds the program until it has run out.
    if (typeof timer === "object") (timer as { unref?(): void }).unref?.();
  });
  const stop = (): void => {
    stopTimer();
    pending.delete(due);
  };
  pending.add(due);
  return stop;
}

/**
 * Runs what is due of {@link inBackground}, for a worker whose event loop stands still as it blocks. A hook before each sleep: whom a timer
 * would stop may be the one who is waited for, or holds up who is. Gives when the next is due: now if something was run, as other hooks
 * may have something to do since.
 */
export function serveDue(): number {
  const now = clock.now();
  let next = Number.POSITIVE_INFINITY;
  for (const due of pending) {
    if (due.at <= now) due.act();
    next = Math.min(next, Math.max(now, due.at));
  }
  return next;
}
