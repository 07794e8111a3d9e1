/**
 * Processes, locks, queues and pools on Bun: the whole surface of Heddle, bound to that loom.
 *
 * @module
 */
export * from "@heddle/core/exports";
export * from "./processes/loom.js?surface";
/** A worker under the name that it has here. */
export { Worker as Process } from "./processes/loom.js?surface";
