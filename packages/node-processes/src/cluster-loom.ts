import type { Adapter } from "@heddle/core";
import { bindingsOf, type Loom } from "@heddle/core/surface";
import { thisModule } from "@heddle/node-host";
import { processLoom } from "@heddle/process-host";
import { forkInCluster } from "./fork-in-cluster.js";
import { liveOnlyToListen } from "./listening.js";
import { nodeRuntime } from "./runtime.js";

function makeAdapter(): Adapter {
  const adapter = processLoom(
    "@heddle/node-processes/cluster",
    thisModule(import.meta.url),
    nodeRuntime(forkInCluster),
  );
  if (adapter.creator !== undefined) liveOnlyToListen();
  return adapter;
}

export const loom: Loom = /* @__PURE__ */ bindingsOf(/* @__PURE__ */ makeAdapter());
