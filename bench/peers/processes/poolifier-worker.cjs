// CommonJS: what poolifier sends to a cluster's worker before an ES module has been evaluated is lost.
const { ClusterWorker } = require("poolifier");

let tasks;
const loading = import("../../tasks.mjs").then((loaded) => {
  tasks = loaded;
});

const taskOf = (name) => (args) =>
  tasks === undefined ? loading.then(() => tasks[name](...args)) : tasks[name](...args);

module.exports = new ClusterWorker({
  add: taskOf("add"),
  record: taskOf("record"),
  compute: taskOf("compute"),
});
