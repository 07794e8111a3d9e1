export { anonymousFile, unlinkedFile } from "./anonymous-file.js";
export { takeBirth, withBirth } from "./birth-in-env.js";
export { unsupported } from "./errors.js";
export { processLoom } from "./loom.js";
export { mapMemory } from "./memory.js";
export { cString, type NativeType, type Posix, symbols } from "./posix.js";
export type { HandleWay, Order, Runtime, Started } from "./runtime.js";
export { type Fork, startByFork } from "./start-by-fork.js";
