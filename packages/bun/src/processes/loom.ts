import type { Adapter } from "@heddle/core";
import { bindingsOf, type Loom } from "@heddle/core/surface";
import { thisModule } from "@heddle/node-host";
import { processLoom } from "@heddle/process-host";
import { bunRuntime } from "./runtime.js";

const makeAdapter = (): Adapter => processLoom("@heddle/bun/processes", thisModule(import.meta.url), bunRuntime);

export const loom: Loom = /* @__PURE__ */ bindingsOf(/* @__PURE__ */ makeAdapter());
