import { fork } from "node:child_process";
import type { Adapter } from "@heddle/core";
import { bindingsOf, type Loom } from "@heddle/core/surface";
import { thisModule } from "@heddle/node-host";
import { processLoom } from "@heddle/process-host";
import { nodeRuntime } from "./runtime.js";

const makeAdapter = (): Adapter =>
  processLoom("@heddle/node-processes", thisModule(import.meta.url), nodeRuntime(fork));

export const loom: Loom = /* @__PURE__ */ bindingsOf(/* @__PURE__ */ makeAdapter());
