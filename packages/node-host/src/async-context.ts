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

/** As Node has it. Before Node 24, contexts are hooks of promises, with which an `await` takes four times as long. */
export const nodeAsyncContext = (): AsyncContext => ({
  ...asyncContext(() => true),
  slowsAwaits: Number.parseInt(process.versions.node, 10) < 24,
});
