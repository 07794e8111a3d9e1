import type { Adapter } from "@heddle/core";
import { type Backend, bindingsOf } from "@heddle/core/surface";
import { processBackend } from "@heddle/process-host";
import { denoRuntime } from "./runtime.js";

const makeAdapter = (): Adapter => processBackend("@heddle/deno/processes", import.meta.url, denoRuntime);

export const backend: Backend<Adapter> = /* @__PURE__ */ bindingsOf(/* @__PURE__ */ makeAdapter());

export { backend as primitives };
