import { Worker } from "node:worker_threads";

export const name = "bare Worker";

/** The limit of what messages of Node can do: a number, a name and the arguments, and nothing besides. */
export function open(size) {
  const waiting = new Map();
  const workers = Array.from({ length: size }, () => {
    const worker = new Worker(new URL("./bare-worker.mjs", import.meta.url));
    worker.on("message", ({ id, result }) => {
      waiting.get(id)(result);
      waiting.delete(id);
    });
    return worker;
  });
  let calls = 0;
  return {
    run: (task, args) =>
      new Promise((resolve) => {
        const id = calls++;
        waiting.set(id, resolve);
        workers[id % size].postMessage({ id, task, args });
      }),
    close: () => Promise.all(workers.map((worker) => worker.terminate())),
  };
}
