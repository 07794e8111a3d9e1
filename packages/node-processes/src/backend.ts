import { fork } from "node:child_process";
import type { Adapter } from "@heddle/core";
import { type Backend, bindingsOf } from "@heddle/core/surface";
import { thisModule } from "@heddle/node-host";
import { processBackend } from "@heddle/process-host";
import { nodeRuntime } from "./runtime.js";

const makeAdapter = (): Adapter =>
  processBackend("@heddle/node-processes", thisModule(import.meta.url), nodeRuntime(fork));

export const backend: Backend<Adapter> = /* @__PURE__ */ bindingsOf(/* @__PURE__ */ makeAdapter());

export { backend as primitives };
