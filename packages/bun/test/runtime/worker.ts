/** The action in a worker of each test of runtime.test.ts, known by name. Plain Bun: nothing of Heddle is here. */
import { MessageChannel, parentPort, workerData } from "node:worker_threads";

const deeds: Record<string, () => unknown> = {
  throwAtOnce() {
    throw new RangeError("thrown");
  },
  rejectInTheLastTurn() {
    setTimeout(() => Promise.reject(new RangeError("rejected")), 1);
  },
  throwThoughSomebodyListens() {
    process.on("uncaughtException", (error) => postMessage(`heard: ${error.message}`));
    setTimeout(() => {
      throw new RangeError("thrown");
    }, 1);
  },
  listenAndUnreference() {
    parentPort?.on("message", () => postMessage("still there"));
    parentPort?.unref();
    setTimeout(() => postMessage("has nothing left to do"), 1);
  },
  waitForAPortWhosePeerIsGone() {
    const { port1 } = new MessageChannel();
    port1.on("close", () => postMessage("closed"));
    port1.on("message", () => {});
    port1.ref();
    setTimeout(() => Bun.gc(true), 1);
  },
};

await deeds[workerData]?.();
