import { inlineLoom } from "@heddle/core";
import type { Loom } from "@heddle/core/surface";
import { asyncContext, keepAlive, nodeHost, setImmediate } from "@heddle/node-host";

export const loom: Loom = inlineLoom({
  name: "heddle/inline",
  url: import.meta.url,
  host: nodeHost,
  keepAlive: keepAlive(),
  context: asyncContext(() => false),
  later: setImmediate,
});
