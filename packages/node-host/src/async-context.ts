import { AsyncLocalStorage } from "node:async_hooks";
import type { AsyncContext, UncaughtOrigin } from "@heddle/core";

/** Costs nothing until the first `run`. */
export function asyncContext(tellsOf: readonly UncaughtOrigin[]): AsyncContext {
  const storage = new AsyncLocalStorage<unknown>();
  return {
    run: (value, act) => storage.run(value, act),
    get: () => storage.getStore(),
    tellsOf,
    enter: (value) => storage.enterWith(value),
    leave: () => storage.disable(),
  };
}
