import * as tasks from "../../tasks.mjs";

/** Piscina and tinypool call an export with one argument. */
export const add = (args) => tasks.add(...args);
export const record = (args) => tasks.record(...args);
export const compute = (args) => tasks.compute(...args);
