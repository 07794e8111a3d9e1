import { workerData as go } from "node:worker_threads";

process.on("exit", () => {
  postMessage("exits");
  Atomics.wait(go, 0, 0);
});
