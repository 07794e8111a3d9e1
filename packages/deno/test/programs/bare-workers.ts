/** The same as come-and-go.ts, by Deno's workers alone: nothing of Heddle is used, here or there. */
import { MessageChannel } from "node:worker_threads";
import { printGrowth } from "./growth.ts";

await printGrowth((n) => {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL("bare-worker.ts", import.meta.url), { type: "module" });
  const isGone = new Promise<void>((resolve, reject) => {
    port1.on("message", (numbers: number[]) => {
      if (numbers[999] !== n + 1) reject(new Error("a wrong answer"));
    });
    port1.on("close", resolve);
  });
  const port = port2 as unknown as MessagePort;
  worker.postMessage({ numbers: new Array(1000).fill(n), port }, [port]);
  return isGone.then(() => worker.terminate());
});
