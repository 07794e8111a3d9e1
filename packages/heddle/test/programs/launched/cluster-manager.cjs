// @ts-nocheck: CommonJS
// As a process manager does that has the program share its ports among processes. Those do not end by themselves.
const cluster = require("node:cluster");
cluster.setupPrimary({ exec: require.resolve("./manager.cjs"), silent: true });
const worker = cluster.fork();
worker.process.stdout.once("data", (text) => {
  process.stdout.write(text);
  worker.disconnect();
});
worker.process.stderr.pipe(process.stderr);
