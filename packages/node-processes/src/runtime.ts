import { Socket } from "node:net";
import { Deserializer, Serializer } from "node:v8";
import type { ResourceLimits } from "@heddle/core";
import { asyncContext, keepAlive, nodeHost } from "@heddle/node-host";
import { type Fork, type Runtime, startByFork, takeBirth } from "@heddle/process-host";
import { handles } from "./handles.js";
import { loadPosix } from "./posix.js";

/** Processes as Node has them, which differ in how they are forked. */
export const nodeRuntime = (fork: Fork): Runtime => ({
  ...loadPosix(),
  serialize(message) {
    const serializer = new Serializer();
    serializer.writeHeader();
    serializer.writeValue(message);
    return serializer.releaseBuffer();
  },
  deserialize(bytes) {
    const deserializer = new Deserializer(bytes);
    deserializer.readHeader();
    return deserializer.readValue();
  },
  listen(fd, hear) {
    const socket = new Socket({ fd, readable: true, writable: false });
    socket.on("data", hear);
    socket.unref();
  },
  birth: takeBirth,
  start: startByFork(fork, argumentsFor),
  // It does so anyway.
  adoptConsole() {},
  handles,
  limits: true,
  host: nodeHost,
  keepAlive: keepAlive(),
  context: asyncContext(),
});

/** Node's own arguments. Those of this process as they are, unless there is something to add: `fork` knows what to leave out. */
function argumentsFor(limits: ResourceLimits | undefined): string[] {
  if (limits === undefined) return process.execArgv;
  const { maxOldGenerationSizeMb: old, maxYoungGenerationSizeMb: young, stackSizeMb: stack } = limits;
  return [
    ...process.execArgv,
    ...(old === undefined ? [] : [`--max-old-space-size=${Math.ceil(old)}`]),
    // The young generation is three of these.
    ...(young === undefined ? [] : [`--max-semi-space-size=${Math.ceil(young / 3)}`]),
    ...(stack === undefined ? [] : [`--stack-size=${Math.floor(stack * 1024)}`]),
  ];
}
