import * as timers from "node:timers";
import { genuine } from "@heddle/core";

/*
 * The runtime's own, taken when this module is loaded, so that fake timers stop nothing. They come from `node:timers`: a test environment
 * with a browser's globals has no setImmediate, and timers that are numbers. Pure: a bundle leaves out those that it does not use.
 */
export const setImmediate = /* @__PURE__ */ genuine("setImmediate", timers.setImmediate);
export const setTimeout = /* @__PURE__ */ genuine("setTimeout", timers.setTimeout);
export const clearTimeout = /* @__PURE__ */ genuine("clearTimeout", timers.clearTimeout);
export const nextTick: typeof process.nextTick = /* @__PURE__ */ (() =>
  genuine("nextTick", process.nextTick).bind(process))();
