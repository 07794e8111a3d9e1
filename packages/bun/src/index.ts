/**
 * Threads, locks, queues and pools on Bun's workers: the whole surface of Heddle, bound to that backend.
 *
 * @module
 */
export * from "@heddle/core/exports";
export * from "./backend.js?surface";
/** `Thread` is this adapter's `Worker` class. */
export { Worker as Thread } from "./backend.js?surface";
