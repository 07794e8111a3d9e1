import { Socket } from "node:net";
import { Deserializer, Serializer } from "node:v8";
import { asyncContext, keepAlive } from "@heddle/node-host";
import { type Runtime, takeBirth } from "@heddle/process-host";
import { denoHost } from "../host.js";
import { adoptConsole } from "./console.js";
import { demand } from "./needs.js";
import { bufferAt, environment, errno, posix } from "./posix.js";
import { start } from "./start.js";

/** Processes as Deno has them. */
export const denoRuntime: Runtime = {
  posix,
  errno,
  bufferAt,
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
  birth(adapter) {
    const birth = takeBirth(adapter, environment);
    // A process that may start no other is still good for something.
    if (birth === undefined) demand("run");
    return birth;
  },
  start,
  adoptConsole,
  limits: true,
  host: denoHost,
  keepAlive: keepAlive(),
  context: asyncContext(),
};
