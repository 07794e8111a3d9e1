import { parentPort, Worker, workerData } from "node:worker_threads";
import {
  type Adapter,
  atomicsDoorbells,
  type Creator,
  growableMemory,
  type SpawnedWorker,
  type SpawnRequest,
} from "@heddle/core";
import { asyncContext, execArgvForWorkers, isGivenByText, keepAlive, nodeHost } from "@heddle/node-host";
import { threadLives } from "./thread-lives.js";

/** Marks the workerData of a worker that Heddle started, among workers that the program starts by itself. */
const BOOT = "heddle:node-threads";

/** The loom of Node's worker_threads. */
export const adapter: Adapter = {
  name: "@heddle/node-threads",
  url: import.meta.url,
  capabilities: Object.freeze({
    kind: "thread",
    workerName: "Thread",
    mainMayBlock: true,
    resourceLimits: true,
    postsObjects: true,
    sendsHandles: false,
    isolatedCrashes: false,
    endsWhenIdle: true,
    stopsBusyWorkers: true,
  }),
  host: nodeHost,
  creator: findCreator(),
  openMemory(token) {
    const memory = growableMemory(token);
    return { ...memory, lives: threadLives(memory) };
  },
  openDoorbells: atomicsDoorbells,
  spawn,
  keepAlive: keepAlive(),
  context: asyncContext(),
};

function spawn(request: SpawnRequest): SpawnedWorker {
  const { boot, env, resourceLimits, name, onMessage, onUncaught, onDeath, onEnd } = request;
  const worker = new Worker(new URL(request.url), {
    name,
    workerData: { [BOOT]: boot },
    ...(env === undefined ? {} : { env }),
    // Otherwise a thread takes over its creator's options, also those that it would refuse here, such as V8's.
    ...(isGivenByText() ? { execArgv: execArgvForWorkers() } : {}),
    ...(resourceLimits === undefined ? {} : { resourceLimits }),
  });
  worker.on("message", onMessage);
  worker.on("error", onUncaught);
  worker.on("exit", (exitCode) => {
    onDeath(exitCode);
    onEnd();
  });
  return {
    pid: process.pid,
    post(message, transferList) {
      // biome-ignore lint/suspicious/noExplicitAny: as above.
      worker.postMessage(message, transferList as any[]);
    },
    kill() {
      void worker.terminate();
    },
    setKeepsAlive(keeps) {
      if (keeps) worker.ref();
      else worker.unref();
    },
  };
}

function findCreator(): Creator | undefined {
  if (parentPort === null || typeof workerData !== "object" || workerData === null || !(BOOT in workerData)) {
    return undefined;
  }
  const port = parentPort;
  return {
    boot: workerData[BOOT],
    post(message, transfer) {
      // biome-ignore lint/suspicious/noExplicitAny: as above.
      port.postMessage(message, transfer as any[]);
    },
    onMessage(handler) {
      port.on("message", handler);
      port.unref();
    },
    // A thread ends by itself.
    finish() {},
  };
}
