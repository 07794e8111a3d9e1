import type { Adapter } from "@heddle/core";
import type { Birth } from "./birth.js";
import { spawnProcess } from "./child.js";
import { findOrigin } from "./creator.js";
import { pipeDoorbells, type Watched } from "./doorbells.js";
import { type MappedMemory, mapMemory } from "./memory.js";
import { makePipe, OwnPipe } from "./pipe.js";
import type { Runtime } from "./runtime.js";
import { writeWholeLines } from "./whole-lines.js";

/** A loom of processes, on any runtime. */
export function processLoom(name: string, url: string, runtime: Runtime): Adapter {
  const children = new Set<Watched>();
  const birth = runtime.birth(name);
  const origin = birth === undefined ? undefined : findOrigin(runtime, JSON.parse(birth) as Birth);
  let memory: MappedMemory | undefined;
  let own = origin?.pipe;
  const pipe = (): OwnPipe => {
    own ??= new OwnPipe(runtime, makePipe(runtime));
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
      isolatedCrashes: true,
      endsWhenIdle: true,
      stopsBusyWorkers: true,
    }),
    host: runtime.host,
    creator: origin,
    openMemory(token) {
      memory = mapMemory(runtime, token, origin?.region ?? -1);
      if (origin !== undefined) writeWholeLines(runtime, memory.fd);
      return memory;
    },
    openDoorbells: (opened) => pipeDoorbells(runtime, opened, pipe, children),
    spawn(request) {
      if (memory === undefined) throw new Error("Heddle: a process was started before there was memory to share");
      return spawnProcess({ adapter: name, runtime, region: memory.fd, pipe: pipe(), children }, request);
    },
    ...(runtime.handles === undefined ? {} : { fateOfHandle: runtime.handles.fateOf }),
    keepAlive: runtime.keepAlive,
    context: runtime.context,
  };
}
