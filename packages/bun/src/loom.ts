import { bindingsOf, type Loom } from "@heddle/core/surface";
import { makeAdapter } from "./adapter.js";

export const loom: Loom = /* @__PURE__ */ bindingsOf(/* @__PURE__ */ makeAdapter());
