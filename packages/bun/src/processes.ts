/**
 * Processes, locks, queues and pools on Bun: the whole surface of Heddle, bound to that backend.
 *
 * @module
 */
export * from "@heddle/core/exports";
export * from "./processes/backend.js?surface";
/** `Process` is this adapter's `Worker` class. */
export { Worker as Process } from "./processes/backend.js?surface";
