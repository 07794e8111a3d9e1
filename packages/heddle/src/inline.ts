/**
 * Heddle without threads or processes, for unit tests: the whole surface in this thread. What is sent is copied as in production, and what
 * cannot be sent is refused; a wait that would block for ever throws a DeadlockError.
 *
 * @module
 */
export * from "@heddle/core/exports";
export * from "./inline-backend.js?surface";
/** A worker, under the names that it has in programs that are written for threads, and for processes. */
export { Worker as Process, Worker as Thread } from "./inline-backend.js?surface";
