import type { UncaughtHook } from "@heddle/core";
import { setImmediate, onUncaught as toldByMonitor } from "@heddle/node-host";

/** Marks what a worker posts about an error that nothing in it has caught, among its other messages. */
const UNCAUGHT = "heddle:uncaught";

interface LastWords {
  readonly [UNCAUGHT]: unknown;
}

/**
 * Bun tells a worker's creator the text of an uncaught error, and the error itself only within the worker
 * (https://github.com/oven-sh/bun/issues/23473). So that posts it, before it ends of it.
 */
export function tellUncaught(post: (message: LastWords) => void): void {
  addEventListener("error", (event) => {
    // Bun forgets this after a rejection, and within `bun test` always (https://github.com/oven-sh/bun/pull/36445).
    process.exitCode = 1;
    try {
      post({ [UNCAUGHT]: (event as ErrorEvent).error });
    } catch {
      // It cannot be copied. Its text arrives all the same.
    }
  });
  // A promise that is rejected in the last turn of a worker goes unnoticed (https://github.com/oven-sh/bun/pull/42032): add a turn.
  process.once("beforeExit", () => setImmediate(() => {}));
}

/** As `onUncaught` of a `Creator`. Within `bun test`, Bun emits no event for monitors: the task that an error comes from is unknown there. */
export function onUncaught(hook: UncaughtHook): void {
  let told: unknown;
  toldByMonitor((origin, error) => {
    told = error;
    hook(origin, error);
  });
  addEventListener("error", (event) => {
    const { error } = event as ErrorEvent;
    if (error !== told) hook("unhandledRejection", error);
  });
}

/** The form in which a worker's creator hears of errors: the error itself, if it was posted, else its text. */
export class UncaughtListener {
  #posted: LastWords | undefined;

  /** Whether the message was about an error, and so nothing for anybody else. */
  takes(message: unknown): boolean {
    if (typeof message !== "object" || message === null || !(UNCAUGHT in message)) return false;
    this.#posted = message as LastWords;
    return true;
  }

  /** The error that the latest error event was about. */
  errorOf(event: { readonly message: string }): unknown {
    return this.#posted === undefined ? new Error(event.message) : this.#posted[UNCAUGHT];
  }
}
