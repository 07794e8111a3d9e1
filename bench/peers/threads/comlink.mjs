import { Worker } from "node:worker_threads";
import { wrap } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";

export const name = "comlink";

/** Comlink has no pool: its calls go round a number of workers. */
export function open(size) {
  const file = new URL("./comlink-worker.mjs", import.meta.url);
  const workers = Array.from({ length: size }, () => new Worker(file));
  const proxies = workers.map((worker) => wrap(nodeEndpoint(worker)));
  let turn = 0;
  return {
    run: (task, args) => proxies[turn++ % size][task](...args),
    close: () => Promise.all(workers.map((worker) => worker.terminate())),
  };
}
