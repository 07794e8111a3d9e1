import { bindingsOf, type Loom } from "@heddle/core/surface";
import { adapter } from "./adapter.js";

export const loom: Loom = /* @__PURE__ */ bindingsOf(adapter);
