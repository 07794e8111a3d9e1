import { once } from "node:events";
import { MessageChannel, Worker } from "node:worker_threads";
import { item } from "./item.mjs";

export const name = "a MessagePort";

export async function open(count) {
  const times = [];
  for (let round = 0; round < 4; round++) {
    const { port1, port2 } = new MessageChannel();
    const script = new URL("./port-worker.mjs", import.meta.url);
    const reader = new Worker(script, { workerData: { port: port1, count }, transferList: [port1] });
    const writer = new Worker(script, { workerData: { port: port2, count, item }, transferList: [port2] });
    await Promise.all([once(reader, "online"), once(writer, "online")]);
    writer.postMessage("go");
    const [ms] = await once(reader, "message");
    await Promise.all([reader.terminate(), writer.terminate()]);
    if (round > 0) times.push((ms * 1000) / count);
  }
  return { times };
}
