import { AsyncLocalStorage } from "node:async_hooks";
import { realpathSync } from "node:fs";
import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";
import { MessageChannel, parentPort, Worker, workerData } from "node:worker_threads";
import {
  type Adapter,
  type AsyncContext,
  atomicsDoorbells,
  type Creator,
  growableMemory,
  type KeepAlive,
  type SpawnedWorker,
  type SpawnRequest,
} from "@heddle/core";

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
    isolatedCrashes: false,
  }),
  host: {
    pid: process.pid,
    availableParallelism,
    isEntry(moduleUrl) {
      const entry = process.argv[1];
      return entry !== undefined && entryUrls(entry).includes(moduleUrl);
    },
    onExit(hook) {
      process.on("exit", hook);
    },
    setExitCode(code) {
      process.exitCode = code;
    },
    reportError(text) {
      process.stderr.write(`${text}\n`);
    },
  },
  creator: findCreator(),
  openMemory: growableMemory,
  openDoorbells: atomicsDoorbells,
  spawn,
  keepAlive: keepAlive(),
  context: asyncContext(),
};

function spawn(request: SpawnRequest): SpawnedWorker {
  const { boot, transfer, env, resourceLimits, name, onMessage, onUncaught, onDeath, onEnd } = request;
  const worker = new Worker(new URL(request.url), {
    name,
    workerData: { [BOOT]: boot },
    // biome-ignore lint/suspicious/noExplicitAny: Node's types list the classes that can be transferred; core passes what the user marked.
    transferList: transfer as any[],
    ...(env === undefined ? {} : { env }),
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
  };
}

/** A port that nobody writes to: while it is referenced, the event loop has something to wait for. */
function keepAlive(): KeepAlive {
  const { port1 } = new MessageChannel();
  let holds = 0;
  let isWired = false;
  return {
    hold() {
      if (holds++ > 0) return;
      if (!isWired) port1.on("message", () => {});
      isWired = true;
      port1.ref();
    },
    letGo() {
      if (--holds === 0) port1.unref();
    },
  };
}

/** Costs nothing until the first `run`. */
function asyncContext(): AsyncContext {
  const storage = new AsyncLocalStorage<unknown>();
  return { run: (value, act) => storage.run(value, act), get: () => storage.getStore() };
}

/** The program's entry, as its module may know itself: by the path that was given, or by where links lead. */
function entryUrls(entry: string): string[] {
  const urls = [pathToFileURL(entry).href];
  for (const extension of ["", ".js", ".mjs", "/index.js"]) {
    try {
      urls.push(pathToFileURL(realpathSync(entry + extension)).href);
    } catch {
      // No such file: the entry was given in another way.
    }
  }
  return urls;
}
