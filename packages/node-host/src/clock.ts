import * as timers from "node:timers";
import { genuine } from "@heddle/core";

/*
 * The runtime's own, taken when this module is loaded, so that fake timers stop nothing: from `node:timers`, as a test environment with
 * a browser's globals has no setImmediate, and timers that are numbers.
 */
export const setImmediate = genuine("setImmediate", timers.setImmediate);
export const setTimeout = genuine("setTimeout", timers.setTimeout);
export const clearTimeout = genuine("clearTimeout", timers.clearTimeout);
export const nextTick: typeof process.nextTick = genuine("nextTick", process.nextTick).bind(process);
