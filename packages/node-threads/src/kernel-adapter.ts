import { workerData } from "node:worker_threads";
import { atomicsDoorbells, type Doorbells, growableMemory, type KernelAdapter, type Memory } from "@heddle/core";
import { keepAlive, nodeKernelHost } from "@heddle/node-host";
import { threadLiveness } from "./thread-liveness.js";

/** Marks the workerData of a worker that Heddle started, among workers that the program starts by itself. */
export const BOOT = "heddle:node-threads";

/** Called before and after each blocking wait, as the event loop stands still meanwhile. */
export const aroundWaits = new Set<() => void>();

/** The part of the adapter that locks, queues and pipes need. */
export const makeKernelAdapter = (): KernelAdapter => ({
  name: "@heddle/node-threads",
  url: import.meta.url,
  capabilities: Object.freeze({
    kind: "thread",
    workerName: "Thread",
    mainMayBlock: true,
    resourceLimits: true,
    postsObjects: true,
    sendsHandles: false,
    parallel: true,
    isolatedCrashes: false,
    endsWhenIdle: true,
    stopsBusyWorkers: true,
  }),
  host: nodeKernelHost,
  creator: isStarted(workerData) ? { boot: workerData[BOOT] } : undefined,
  openMemory(token) {
    const memory = growableMemory(token);
    return { ...memory, liveness: threadLiveness(memory) };
  },
  openDoorbells,
  keepAlive: keepAlive(),
});

/** Whether that is the workerData of a thread that Heddle started. */
export function isStarted(data: unknown): data is { readonly [BOOT]: unknown } {
  return typeof data === "object" && data !== null && BOOT in data;
}

function openDoorbells(memory: Memory): Doorbells {
  const doorbells = atomicsDoorbells(memory);
  return {
    ...doorbells,
    sleepSync(address, seen, timeout) {
      for (const act of aroundWaits) act();
      doorbells.sleepSync(address, seen, timeout);
      for (const act of aroundWaits) act();
    },
  };
}
