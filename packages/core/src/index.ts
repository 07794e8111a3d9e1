export * from "./contracts/index.js";
export { atomicsDoorbells } from "./kernel/doorbells.js";
export { growableMemory } from "./kernel/growable-memory.js";
export type { TraceEvent } from "./kernel/trace.js";
export { weave } from "./weave/weave.js";
