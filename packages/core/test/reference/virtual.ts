import { vi } from "vitest";

/** What of the runtime acts by itself, and here waits to be told: time that passes, and garbage that is collected. */

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
}

/** The hour, and whose timers are set: those of the worker whose turn it is. */
export const virtual: { now: number; timers: Timers } = { now: 0, timers: new Timers() };

const finalizers = new WeakMap<object, () => void>();

/** Does what the runtime would do once `object` has become garbage. */
export function collect(object: object): void {
  finalizers.get(object)?.();
  finalizers.delete(object);
}

/** From here to {@link vi.unstubAllGlobals}, time passes and garbage is collected only when a test says so. */
export function stopTheWorld(): void {
  vi.stubGlobal("performance", { timeOrigin: 0, now: () => virtual.now });
  vi.stubGlobal("setTimeout", (act: () => void, ms: number): Timer => {
    const timer = { due: virtual.now + ms, act };
    virtual.timers.add(timer);
    return timer;
  });
  vi.stubGlobal("clearTimeout", (timer: Timer) => virtual.timers.remove(timer));
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
