import { after } from "../kernel/arguments.js";
import type { Bell } from "../kernel/bell.js";
import { clock } from "../kernel/clock.js";

interface Due {
  readonly at: number;
  readonly act: () => void;
}

/** Timers that do not keep the program alive. They run out while this worker blocks, too: `act` runs no code of the user's and does not block. */
export class BackgroundTimers {
  /** Those that have not run out. */
  readonly #pending = new Set<Due>();

  constructor(bell: Pick<Bell, "serveTimers">) {
    bell.serveTimers = () => this.serve();
  }

  /** Calls `act` in `ms`, unless the function that this returns is called first. */
  start(ms: number, act: () => void): () => void {
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
      this.#pending.delete(due);
    };
    this.#pending.add(due);
    return stop;
  }

  /**
   * Runs those that are due, for a worker that blocks. A timer may end the very work that the worker waits for.
   * Returns when the next is due: now if one was run, as the hooks before a sleep may have something to do since.
   */
  serve(): number {
    let next = Number.POSITIVE_INFINITY;
    if (this.#pending.size === 0) return next;
    const now = clock.now();
    for (const due of this.#pending) {
      if (due.at <= now) due.act();
      next = Math.min(next, Math.max(now, due.at));
    }
    return next;
  }
}
