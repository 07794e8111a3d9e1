import { type Adapter, inlineBackend } from "@heddle/core";
import type { Backend } from "@heddle/core/surface";
import { asyncContext, keepAlive, NODE_OPTIONS_OF_WORKERS, nodeHost, setImmediate } from "@heddle/node-host";

/** Deno itself checks them further. */
const isPermissions = (given: unknown): string | undefined =>
  typeof given === "string" || typeof given === "object" ? undefined : "a string or an object";

export const backend: Backend<Adapter> = inlineBackend({
  name: "heddle/inline",
  url: import.meta.url,
  // Those of all runtimes, as it stands in for any of them.
  ownOptions: { ...NODE_OPTIONS_OF_WORKERS, permissions: isPermissions },
  host: nodeHost,
  keepAlive: keepAlive(),
  context: asyncContext(() => false),
  later: setImmediate,
});

export { backend as primitives };
