import { clock } from "./clock.js";

/** The functions to be called when a signal aborts. A signal has one listener for all waits that it may end. */
const listeners = new WeakMap<AbortSignal, Listener>();

/**
 * Calls `act` once `signal` aborts, unless the function that this returns is called first. A signal keeps its listeners in a list. With one
 * for each wait, to end n waits would take n² steps, and Node warns of a leak from eleven on.
 */
export function whenAborted(signal: AbortSignal | undefined, act: () => void): () => void {
  if (signal === undefined) return () => {};
  let listener = listeners.get(signal);
  if (listener === undefined) {
    listener = new Listener(signal);
    listeners.set(signal, listener);
  }
  return listener.add(act);
}

class Listener {
  readonly #signal: AbortSignal;
  readonly #acts = new Set<() => void>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  add(act: () => void): () => void {
    // Of its own, so that what is added twice is called twice.
    const added = (): void => act();
    this.#acts.add(added);
    return () => {
      if (this.#acts.delete(added) && this.#acts.size === 0) this.#stop();
    };
  }

  /** In the order in which they were added. Each may take others away, which are not called then. */
  readonly #onAbort = (): void => {
    for (const act of this.#acts) {
      this.#acts.delete(act);
      try {
        act();
      } catch (error) {
        // As of a listener of its own: the others are called all the same.
        clock.queueMicrotask(() => {
          throw error;
        });
      }
    }
    this.#stop();
  };

  #stop(): void {
    this.#signal.removeEventListener("abort", this.#onAbort);
    if (listeners.get(this.#signal) === this) listeners.delete(this.#signal);
  }
}
