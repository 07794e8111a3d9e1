import { type Backend, bindingsOf } from "@heddle/core/surface";
import { adapter } from "./adapter.js";

export const backend: Backend = /* @__PURE__ */ bindingsOf(adapter);
