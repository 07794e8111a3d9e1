import { Socket } from "node:net";
import { Deserializer, Serializer } from "node:v8";
import type { Runtime } from "./runtime.js";

/**
 * The functions of a {@link Runtime} that Node's own modules have, on runtimes with these modules. Of bells they hear those that carry
 * bytes.
 */
export const byNodeApis: Pick<Runtime, "serialize" | "deserialize" | "listen"> = {
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
  listen({ fd }, hear) {
    const socket = new Socket({ fd, readable: true, writable: false });
    socket.on("data", hear);
    socket.unref();
  },
};
