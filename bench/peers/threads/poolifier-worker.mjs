import { ThreadWorker } from "poolifier";
import * as tasks from "../../tasks.mjs";

/** Poolifier calls a task with one argument. */
const { produce: _, consume: __, ...called } = tasks;
const functions = Object.entries(called).map(([name, task]) => [name, (args) => task(...args)]);

// biome-ignore lint/style/noDefaultExport: poolifier looks for it.
export default new ThreadWorker(Object.fromEntries(functions));
