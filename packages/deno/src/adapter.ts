import { type Adapter, atomicsDoorbells, type Doorbells, growableMemory, type Memory } from "@heddle/core";
import { asyncContext } from "@heddle/node-host";
import { denoHost } from "./host.js";
import { die, findCreator } from "./life.js";
import { DENO_OPTIONS_OF_WORKERS } from "./permission-option.js";
import { spawn } from "./spawn.js";

const { creator, keepAlive } = await findCreator();

/** The backend of Deno's workers: https://docs.deno.com/runtime/fundamentals/web_platform_apis/#web-workers */
export const adapter: Adapter = {
  name: "@heddle/deno",
  url: import.meta.url,
  ownOptions: DENO_OPTIONS_OF_WORKERS,
  capabilities: Object.freeze({
    kind: "thread",
    workerName: "Thread",
    mainMayBlock: true,
    resourceLimits: false,
    postsObjects: true,
    sendsHandles: false,
    parallel: true,
    isolatedCrashes: false,
    endsWhenIdle: false,
    stopsBusyWorkers: false,
  }),
  host: denoHost,
  creator,
  openMemory: growableMemory,
  openDoorbells,
  spawn: (request) => spawn(request, keepAlive),
  keepAlive,
  context: asyncContext((origin) => origin === "unhandledRejection"),
};

function openDoorbells(memory: Memory): Doorbells {
  const doorbells = atomicsDoorbells(memory);
  return {
    ...doorbells,
    pause(ms) {
      // Nobody can kill a worker of Deno's that blocks.
      if (ms === Number.POSITIVE_INFINITY) {
        die();
        throw new Error("This worker was terminated");
      }
      doorbells.pause(ms);
    },
  };
}
