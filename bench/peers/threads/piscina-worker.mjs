import * as tasks from "../../tasks.mjs";

/** Piscina and tinypool call an export with one argument. */
export const add = (args) => tasks.add(...args);
export const record = (args) => tasks.record(...args);
export const compute = (args) => tasks.compute(...args);
export const echo = (args) => tasks.echo(...args);
export const byteLength = (args) => tasks.byteLength(...args);
export const incrementAll = (args) => tasks.incrementAll(...args);
