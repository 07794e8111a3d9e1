import type { Adapter } from "@heddle/core";
import { findOrigin, type StartupInfo } from "./creator.js";
import { doorbells, type Watched } from "./doorbells.js";
import { type MappedMemory, mapMemory } from "./memory.js";
import { OwnBell } from "./own-bell.js";
import type { Runtime } from "./runtime.js";
import { spawnProcess } from "./spawned-process.js";
import type { System } from "./systems/system.js";
import { writeWholeLines } from "./whole-lines.js";

function ownBell(runtime: Runtime, system: System): OwnBell {
  const bell = system.bells.make();
  return new OwnBell(runtime, bell, system.bells.own(bell));
}

/** A backend of processes, on any runtime. */
export function processBackend(name: string, url: string, runtime: Runtime): Adapter {
  const children = new Set<Watched>();
  const startup = runtime.startup(name);
  const startupInfo = startup === undefined ? undefined : (JSON.parse(startup) as StartupInfo);
  const system = runtime.system(startupInfo?.system);
  const origin = startupInfo === undefined ? undefined : findOrigin(runtime, system, startupInfo);
  let memory: MappedMemory | undefined;
  let own = origin?.own;
  const bell = (): OwnBell => {
    own ??= ownBell(runtime, system);
    return own;
  };
  return {
    name,
    url,
    capabilities: Object.freeze({
      kind: "process",
      workerName: "Process",
      mainMayBlock: true,
      resourceLimits: runtime.limits,
      postsObjects: false,
      sendsHandles: runtime.handles !== undefined,
      parallel: true,
      isolatedCrashes: true,
      endsWhenIdle: true,
      stopsBusyWorkers: true,
    }),
    host: runtime.host,
    creator: origin,
    openMemory(token) {
      memory = mapMemory(runtime, system, origin?.region ?? system.makeFile("region"), token);
      if (origin !== undefined) writeWholeLines(runtime, memory.fd);
      return memory;
    },
    // The bell is there from the start: a process with no descriptors left can sleep and be woken all the same.
    openDoorbells: (opened) => doorbells(runtime, system, opened, bell(), children),
    spawn(request) {
      if (memory === undefined) throw new Error("Heddle: a process was started before there was memory to share");
      try {
        return spawnProcess({ adapter: name, runtime, system, region: memory.fd, own: bell(), children }, request);
      } finally {
        memory.renewClaim();
      }
    },
    ...(runtime.ownOptions === undefined ? {} : { ownOptions: runtime.ownOptions }),
    ...(runtime.handles === undefined ? {} : { sendModeOfHandle: runtime.handles.sendModeOf }),
    keepAlive: runtime.keepAlive,
    context: runtime.context,
  };
}
