import type { Adapter } from "@heddle/core";
import { type Backend, bindingsOf } from "@heddle/core/surface";
import { thisModule } from "@heddle/node-host";
import { processBackend } from "@heddle/process-host";
import { forkInCluster } from "./fork-in-cluster.js";
import { liveOnlyToListen } from "./listening.js";
import { nodeRuntime } from "./runtime.js";

function makeAdapter(): Adapter {
  const adapter = processBackend(
    "@heddle/node-processes/cluster",
    thisModule(import.meta.url),
    nodeRuntime(forkInCluster),
  );
  if (adapter.creator !== undefined) liveOnlyToListen();
  return adapter;
}

export const backend: Backend<Adapter> = /* @__PURE__ */ bindingsOf(/* @__PURE__ */ makeAdapter());

export { backend as primitives };
