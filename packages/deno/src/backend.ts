import type { Adapter } from "@heddle/core";
import { type Backend, bindingsOf } from "@heddle/core/surface";
import { adapter } from "./adapter.js";

export const backend: Backend<Adapter> = /* @__PURE__ */ bindingsOf(adapter);

export { backend as primitives };
