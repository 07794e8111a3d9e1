/** The creator's side of a worker. The worker's own is in life.ts. */
import { MessageChannel } from "node:worker_threads";
import type { KeepAlive, SpawnedWorker, SpawnRequest } from "@heddle/core";
import { type FromWorker, MARK, type StartMessage, type ToWorker } from "./life.js";
import type { DenoOptions } from "./options.js";

/**
 * Starts a Deno worker. Deno does not say when a worker has ended (https://github.com/whatwg/html/issues/5869). A port whose other end is
 * gone does, as Node's ports do: the worker holds that end for as long as its thread is there.
 */
export function spawn(request: SpawnRequest, keepAlive: KeepAlive): SpawnedWorker {
  const { url, name, boot, env, given, onMessage, onUncaught, onDeath, onEnd } = request;
  const { port1: port, port2 } = new MessageChannel();
  const { permissions } = given as DenoOptions;
  const worker = new Worker(url, { type: "module", name: MARK + name, deno: { permissions } } as WorkerOptions);
  unref(worker);
  let exitCode = 0;
  let keeps = false;
  const setKeepsAlive = (shouldKeep: boolean): void => {
    if (keeps === shouldKeep) return;
    keeps = shouldKeep;
    if (keeps) keepAlive.hold();
    else keepAlive.letGo();
  };
  worker.addEventListener("error", (event) => {
    // Deno would throw it here as well. One that the worker heard of itself has come already.
    event.preventDefault();
    exitCode = 1;
    onUncaught(new Error(event.message));
  });
  port.on("message", (message: FromWorker) => {
    if ("posted" in message) onMessage(message.posted);
    else if ("uncaught" in message) onUncaught(message.uncaught);
    else exitCode = message.exitCode;
  });
  port.on("close", () => {
    setKeepsAlive(false);
    worker.terminate();
    onDeath(exitCode);
    onEnd();
  });
  port.unref();
  try {
    const startup = { boot, env, port: port2 as unknown as MessagePort } satisfies StartMessage;
    worker.postMessage(startup, [startup.port]);
  } catch (error) {
    worker.terminate();
    port.removeAllListeners();
    port.close();
    throw error;
  }
  setKeepsAlive(true);
  return {
    pid: Deno.pid,
    post(posted, transferList) {
      // biome-ignore lint/suspicious/noExplicitAny: Node's types list the classes that can be transferred; core passes what the user marked.
      port.postMessage({ posted } satisfies ToWorker, transferList as any[]);
    },
    kill() {
      // Deno's own terminate never stops a worker that is busy, and then the program does not end either
      // (https://github.com/denoland/deno/pull/35657). A worker that is asked ends itself as soon.
      exitCode = 1;
      port.postMessage({ die: true } satisfies ToWorker);
    },
    setKeepsAlive,
  };
}

/**
 * Has a worker not keep the program alive. Deno has a method for that under a symbol without a name, and no other way
 * (worker-faults.test.ts says if that changes).
 */
function unref(worker: Worker): void {
  const ref = Object.getOwnPropertySymbols(Worker.prototype).find(({ description }) => description === undefined);
  if (ref !== undefined) (worker as unknown as Record<symbol, (refs: boolean) => void>)[ref]?.(false);
}
