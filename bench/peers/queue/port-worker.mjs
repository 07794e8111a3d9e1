import { once } from "node:events";
import { parentPort, workerData } from "node:worker_threads";

const { port, count, item } = workerData;

if (item === undefined) {
  let [taken, start] = [0, 0];
  port.on("message", () => {
    if (taken++ === 0) start = performance.now();
    if (taken === count) parentPort.postMessage(performance.now() - start);
  });
} else {
  await once(parentPort, "message");
  for (let i = 0; i < count; i++) port.postMessage(item);
}
