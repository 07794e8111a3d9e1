import { ClusterWorker } from "poolifier";
import * as tasks from "../../tasks.mjs";

// biome-ignore lint/style/noDefaultExport: what poolifier looks for.
export default new ClusterWorker({
  add: (args) => tasks.add(...args),
  record: (args) => tasks.record(...args),
  compute: (args) => tasks.compute(...args),
});
