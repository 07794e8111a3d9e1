import { MessageChannel, type MessagePort, workerData } from "node:worker_threads";
import {
  type Adapter,
  atomicsDoorbells,
  type Creator,
  growableMemory,
  type SpawnedWorker,
  type SpawnRequest,
} from "@heddle/core";
import { asyncContext, thisModule } from "@heddle/node-host";
import { bunHost } from "./host.js";
import { keepAliveAndTell } from "./keep-alive.js";
import { onUncaught, tellUncaught, UncaughtListener } from "./uncaught.js";
import { windowsOf } from "./windows.js";

/** Marks the data of a worker that Heddle started, among workers that the program starts by itself. */
const BOOT = "heddle:bun";

/** The data that a worker is started with. */
interface WorkerData {
  readonly [BOOT]: unknown;
  /** Where its creator's messages arrive. */
  readonly inbox: MessagePort;
}

/** The backend of Bun's workers. */
export const makeAdapter = (): Adapter => ({
  name: "@heddle/bun",
  url: thisModule(import.meta.url),
  capabilities: Object.freeze({
    kind: "thread",
    workerName: "Thread",
    mainMayBlock: true,
    resourceLimits: false,
    parallel: true,
    isolatedCrashes: false,
    endsWhenIdle: true,
    stopsBusyWorkers: true,
    postsObjects: true,
    sendsHandles: false,
  }),
  host: bunHost,
  creator: findCreator(),
  openMemory(token) {
    const memory = growableMemory(token);
    return { ...memory, window: windowsOf(memory.buffer) };
  },
  openDoorbells: atomicsDoorbells,
  spawn,
  keepAlive: keepAliveAndTell(),
  context: asyncContext((origin) => origin === "uncaughtException"),
});

/** The options that Bun's Worker understands beyond its types: `workerData` and `transferList` of Node, the first as `data`. */
interface Options extends Bun.WorkerOptions {
  readonly data: WorkerData;
  readonly transferList: readonly object[];
}

function spawn(request: SpawnRequest): SpawnedWorker {
  const { url, name, boot, env, onMessage, onUncaught, onDeath, onEnd } = request;
  const { port1: outbox, port2: inbox } = new MessageChannel();
  const uncaught = new UncaughtListener();
  const options: Options = {
    name,
    data: { [BOOT]: boot, inbox },
    transferList: [inbox],
    ...(env === undefined ? {} : { env: env as Record<string, string> }),
  };
  const worker = new Worker(url, options);
  worker.addEventListener("message", ({ data }) => {
    if (!uncaught.takes(data)) onMessage(data);
  });
  worker.addEventListener("error", (event) => onUncaught(uncaught.errorOf(event)));
  worker.addEventListener("close", ({ code }) => {
    outbox.close();
    onDeath(code);
    onEnd();
  });
  return {
    pid: process.pid,
    post(message, transferList) {
      // biome-ignore lint/suspicious/noExplicitAny: the types list the classes that can be transferred; core passes what the user marked.
      outbox.postMessage(message, transferList as any[]);
    },
    kill() {
      worker.terminate();
    },
    setKeepsAlive(keeps) {
      if (keeps) worker.ref();
      else worker.unref();
    },
  };
}

function findCreator(): Creator | undefined {
  if (typeof workerData !== "object" || workerData === null || !(BOOT in workerData)) return undefined;
  const { [BOOT]: boot, inbox } = workerData as WorkerData;
  const post: Creator["post"] = (message, transfer) => postMessage(message, transfer as Bun.Transferable[]);
  tellUncaught((message) => post(message, []));
  return {
    boot,
    post,
    onMessage(handler) {
      // Not `self`, nor `parentPort`: a listener there keeps a worker alive for good, as neither can be unreferenced
      // (https://github.com/oven-sh/bun/issues/11760).
      inbox.on("message", handler);
      inbox.unref();
    },
    onUncaught,
    // A thread ends by itself.
    finish() {},
  };
}
