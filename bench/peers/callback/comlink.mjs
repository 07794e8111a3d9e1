import { Worker } from "node:worker_threads";
import { proxy, wrap } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";

export const name = "comlink";

export async function open(count) {
  const worker = new Worker(new URL("../threads/comlink-worker.mjs", import.meta.url));
  const { callInTurn } = wrap(nodeEndpoint(worker));
  const add = (a, b) => a + b;
  await callInTurn(proxy(add), count);
  return { times: await callInTurn(proxy(add), count), close: () => worker.terminate() };
}
