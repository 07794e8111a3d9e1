import { type Backend, bindingsOf } from "@heddle/core/surface";
import { makeAdapter } from "./adapter.js";

export const backend: Backend = /* @__PURE__ */ bindingsOf(/* @__PURE__ */ makeAdapter());
