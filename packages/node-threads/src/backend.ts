import type { Adapter } from "@heddle/core";
import { type Backend, bindingsOf } from "@heddle/core/surface";
import { makeAdapter } from "./adapter.js";
import { makeKernelAdapter } from "./kernel-adapter.js";

const kernelAdapter = /* @__PURE__ */ makeKernelAdapter();

/** For locks, queues and pipes: without the part that only workers need, which a bundle leaves out. */
export const primitives: Backend = /* @__PURE__ */ bindingsOf(kernelAdapter);

export const backend: Backend<Adapter> = /* @__PURE__ */ bindingsOf(/* @__PURE__ */ makeAdapter(kernelAdapter));
