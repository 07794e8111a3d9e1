import { workerData } from "node:worker_threads";

workerData.port.postMessage([...workerData.bytes]);
