import { workerData } from "node:worker_threads";

const { deed, counter } = workerData as { deed: string; counter: Int32Array };
postMessage("busy");
if (deed === "block") Atomics.wait(counter, 1, 0);
for (;;) Atomics.add(counter, 0, 1);
