import { AsyncLocalStorage } from "node:async_hooks";
import type { AsyncContext } from "@heddle/core";

/** Costs nothing until the first `run`. */
export function asyncContext(tellsOf: AsyncContext["tellsOf"]): AsyncContext {
  const storage = new AsyncLocalStorage<unknown>();
  return {
    run: (value, act) => storage.run(value, act),
    get: () => storage.getStore(),
    tellsOf,
    enter: (value) => storage.enterWith(value),
    leave: () => storage.disable(),
  };
}
