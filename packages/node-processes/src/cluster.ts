/**
 * Processes, locks, queues and pools on Node's cluster: the whole surface of Heddle, bound to that backend.
 *
 * @module
 */
export * from "@heddle/core/exports";
export * from "./cluster-backend.js?surface";
/** `Process` is this adapter's `Worker` class. */
export { Worker as Process } from "./cluster-backend.js?surface";
