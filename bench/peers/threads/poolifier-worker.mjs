import { ThreadWorker } from "poolifier";
import * as tasks from "../../tasks.mjs";

// biome-ignore lint/style/noDefaultExport: poolifier looks for it.
export default new ThreadWorker({
  add: (args) => tasks.add(...args),
  record: (args) => tasks.record(...args),
  compute: (args) => tasks.compute(...args),
});
