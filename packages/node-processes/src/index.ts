/**
 * Processes, locks, queues and pools on Node's child_process: the whole surface of Heddle, bound to that loom.
 *
 * @module
 */
export * from "@heddle/core/exports";
export * from "./loom.js?surface";
/** A worker under the name that it has here. */
export { Worker as Process } from "./loom.js?surface";
