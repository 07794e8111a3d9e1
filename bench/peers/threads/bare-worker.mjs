import { parentPort } from "node:worker_threads";
import * as tasks from "../../tasks.mjs";

const byName = new Map(Object.entries(tasks));

parentPort.on("message", ({ id, task, args }) => parentPort.postMessage({ id, result: byName.get(task)(...args) }));
