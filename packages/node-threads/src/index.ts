/**
 * Threads, locks, queues and pools on Node's worker_threads: the whole surface of Heddle, bound to that loom.
 *
 * @module
 */
export * from "@heddle/core/exports";
export * from "./loom.js?surface";
/** A worker under the name that it has here. */
export { Worker as Thread } from "./loom.js?surface";
