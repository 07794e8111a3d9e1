import type { Adapter } from "@heddle/core";
import { bindingsOf, type Loom } from "@heddle/core/surface";
import { processLoom } from "@heddle/process-host";
import { denoRuntime } from "./runtime.js";

const makeAdapter = (): Adapter => processLoom("@heddle/deno/processes", import.meta.url, denoRuntime);

export const loom: Loom = /* @__PURE__ */ bindingsOf(/* @__PURE__ */ makeAdapter());
