import type { Adapter } from "@heddle/core";
import { asyncContext, keepAlive, nodeHost } from "@heddle/node-host";
import { findCreator } from "./creator.js";
import { REGION } from "./descriptors.js";
import { pipeDoorbells, type Watched } from "./doorbells.js";
import { fateOfHandle } from "./handles.js";
import { type MappedMemory, mapMemory } from "./memory.js";
import { type Fork, spawnProcess } from "./spawn.js";
import { writeWholeLines } from "./whole-lines.js";

/** A loom of processes, which differ in how they are forked. */
export function processLoom(name: string, url: string, fork: Fork): Adapter {
  const children = new Set<Watched>();
  const creator = findCreator(name);
  let memory: MappedMemory | undefined;
  return {
    name,
    url,
    capabilities: Object.freeze({
      kind: "process",
      workerName: "Process",
      mainMayBlock: true,
      resourceLimits: true,
      postsObjects: false,
      sendsHandles: true,
      isolatedCrashes: true,
      endsWhenIdle: true,
      stopsBusyWorkers: true,
    }),
    host: nodeHost,
    creator,
    openMemory(token) {
      memory = mapMemory(token, REGION);
      if (creator !== undefined) writeWholeLines(memory.fd);
      return memory;
    },
    openDoorbells: (opened) => pipeDoorbells(opened, children),
    spawn(request) {
      if (memory === undefined) throw new Error("Heddle: a process was started before there was memory to share");
      return spawnProcess({ adapter: name, fork, region: memory.fd, children }, request);
    },
    fateOfHandle,
    keepAlive: keepAlive(),
    context: asyncContext(),
  };
}
