export { type CallSite, callSites, writeReplacedStacks } from "./contracts/frames.js";
export * from "./contracts/index.js";
export { clock, genuine } from "./kernel/clock.js";
export { atomicsDoorbells, laterTurns } from "./kernel/doorbells.js";
export { growableMemory } from "./kernel/growable-memory.js";
export { doorOf, doorOfSlot, MAX_WORKERS } from "./kernel/layout.js";
export type { TraceEvent } from "./kernel/trace.js";
export { type InlineBase, inlineLoom } from "./weave/inline.js";
export { weave } from "./weave/weave.js";
