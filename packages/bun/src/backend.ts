import type { Adapter } from "@heddle/core";
import { type Backend, bindingsOf } from "@heddle/core/surface";
import { makeAdapter } from "./adapter.js";

export const backend: Backend<Adapter> = /* @__PURE__ */ bindingsOf(/* @__PURE__ */ makeAdapter());

export { backend as primitives };
