import { vi } from "vitest";
import { type Clock, clock } from "../../src/kernel/clock.js";

/** The parts of the runtime that act by themselves, and here wait to be told: time that passes, and garbage that is collected. */

export interface Timer {
  readonly due: number;
  readonly act: () => void;
}

/** One worker's timers. */
export class Timers {
  readonly #pending: Timer[] = [];

  add(timer: Timer): void {
    const later = this.#pending.findIndex(({ due }) => due > timer.due);
    this.#pending.splice(later === -1 ? this.#pending.length : later, 0, timer);
  }

  remove(timer: Timer): void {
    const at = this.#pending.indexOf(timer);
    if (at !== -1) this.#pending.splice(at, 1);
  }

  get any(): boolean {
    return this.#pending.length > 0;
  }

  /** Runs the one that is due first; of those due together, the one that was set first. */
  runFirst(): void {
    const timer = this.#pending.shift();
    if (timer === undefined) return;
    virtual.now = Math.max(virtual.now, timer.due);
    timer.act();
  }

  /** Runs all that are due within `ms`. */
  pass(ms: number): void {
    const until = virtual.now + ms;
    while (this.#pending[0] !== undefined && this.#pending[0].due <= until) this.runFirst();
    virtual.now = until;
  }
}

/** The hour, and whose timers are set: those of the worker whose turn it is. */
export const virtual: { now: number; timers: Timers } = { now: 0, timers: new Timers() };

const finalizers = new WeakMap<object, () => void>();

/** Does what the runtime would do once `object` has become garbage. */
export function collect(object: object): void {
  finalizers.get(object)?.();
  finalizers.delete(object);
}

const real: Clock = { ...clock };

/** The callbacks and times that pass by {@link virtual}. */
const stopped: Partial<Clock> = {
  now: () => virtual.now,
  origin: 0,
  setTimeout(act, ms): Timer {
    const timer = { due: virtual.now + ms, act };
    virtual.timers.add(timer);
    return timer;
  },
  clearTimeout: (timer) => virtual.timers.remove(timer as Timer),
  queueMicrotask(act): void {
    real.queueMicrotask(() => {
      try {
        act();
      } catch (error) {
        // A worker that was killed in it.
        if (!(error instanceof Error && error.name === "Death")) throw error;
      }
    });
  },
};

/** From here to {@link goOn}, time passes and garbage is collected only when a test says so. */
export function stopTheWorld(): void {
  Object.assign(clock, stopped);
  vi.stubGlobal(
    "FinalizationRegistry",
    class<T> {
      readonly #clean: (held: T) => void;

      constructor(clean: (held: T) => void) {
        this.#clean = clean;
      }

      register(object: object, held: T): void {
        finalizers.set(object, () => this.#clean(held));
      }
    },
  );
}

/** Time passes by itself again, and all globals are the runtime's. */
export function goOn(): void {
  Object.assign(clock, real);
  vi.unstubAllGlobals();
}
