import { type Adapter, inlineBackend } from "@heddle/core";
import type { Backend } from "@heddle/core/surface";
import { asyncContext, keepAlive, nodeHost, setImmediate } from "@heddle/node-host";

export const backend: Backend<Adapter> = inlineBackend({
  name: "heddle/inline",
  url: import.meta.url,
  host: nodeHost,
  keepAlive: keepAlive(),
  context: asyncContext(() => false),
  later: setImmediate,
});

export { backend as primitives };
