import type { Adapter } from "@heddle/core";
import { type Backend, bindingsOf } from "@heddle/core/surface";
import { thisModule } from "@heddle/node-host";
import { processBackend } from "@heddle/process-host";
import { bunRuntime } from "./runtime.js";

const makeAdapter = (): Adapter => processBackend("@heddle/bun/processes", thisModule(import.meta.url), bunRuntime);

export const backend: Backend<Adapter> = /* @__PURE__ */ bindingsOf(/* @__PURE__ */ makeAdapter());

export { backend as primitives };
