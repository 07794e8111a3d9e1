import { clock } from "../../kernel/clock.js";
import type { BackgroundTimers } from "../../worker/background-timers.js";
import type { Call } from "../call.js";

/** An attempt at a call that has failed. */
export interface Failure {
  readonly error: unknown;
  /** The error as it is told when another attempt follows. */
  readonly told: () => unknown;
  /** Settles the call by it, or by the error of the program's own predicate. */
  readonly giveUp: (unexpected?: { readonly error: unknown }) => void;
}

const NO_TIMER = (): void => {};

/**
 * Calls that have failed and are tried again, in the pause before that. No worker has them: they are neither posted nor queued.
 */
export class Retries {
  readonly #timers: BackgroundTimers;
  readonly #again: (call: Call) => void;
  /** How the pause of each is ended. */
  readonly #pausing = new Map<Call, () => void>();

  #isOver = false;

  /** Calls `again` when the pause of a call is over. */
  constructor(timers: BackgroundTimers, again: (call: Call) => void) {
    this.#timers = timers;
    this.#again = again;
  }

  get size(): number {
    return this.#pausing.size;
  }

  /** A call has failed that no worker has any more: it is tried again if it may be, else settled. */
  take(call: Call, failure: Failure): void {
    const { attempts } = call;
    if (this.#isOver || call.stopReason !== undefined || attempts?.mayFollow(failure.error) !== true) {
      failure.giveUp();
      return;
    }
    this.#pausing.set(call, NO_TIMER);
    const { ask } = attempts;
    if (ask === undefined) this.#pause(call, failure);
    // Not here, where answers are read: it is the program's code, and this worker may block.
    else clock.queueMicrotask(() => this.#ask(call, failure, ask));
  }

  #ask(call: Call, failure: Failure, ask: (error: unknown) => boolean): void {
    if (!this.#pausing.has(call)) return;
    let mayFollow = false;
    try {
      mayFollow = ask(failure.error);
    } catch (error) {
      // The predicate may have ended the call.
      if (this.remove(call)) failure.giveUp({ error });
      return;
    }
    if (!this.#pausing.has(call)) return;
    if (mayFollow) this.#pause(call, failure);
    else {
      this.#pausing.delete(call);
      failure.giveUp();
    }
  }

  #pause(call: Call, failure: Failure): void {
    const pause = call.attempts?.failed(failure.told()) ?? 0;
    call.leftForRetry();
    // By a timer in any case: now, while answers are read, a call that is queued could have others taken back from their workers.
    const stop = this.#timers.start(pause, () => {
      this.#pausing.delete(call);
      this.#again(call);
    });
    this.#pausing.set(call, stop);
  }

  /** Takes a call out that is about to be settled; false if it is in no pause. */
  remove(call: Call): boolean {
    const stop = this.#pausing.get(call);
    stop?.();
    return this.#pausing.delete(call);
  }

  /** Takes all calls out. From now on none is tried again. */
  end(): readonly Call[] {
    this.#isOver = true;
    const calls = [...this.#pausing.keys()];
    for (const call of calls) this.remove(call);
    return calls;
  }
}
