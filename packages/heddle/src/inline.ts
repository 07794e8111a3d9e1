/**
 * Heddle without threads or processes, for unit tests: the whole surface in this thread. Values are copied as in production, and values
 * that cannot be sent are refused. A wait that would block for ever throws a DeadlockError.
 *
 * @module
 */
export * from "@heddle/core/exports";
export * from "./inline-backend.js?surface";
/** A worker, under the names that it has in programs that are written for threads, and for processes. */
export { Worker as Process, Worker as Thread } from "./inline-backend.js?surface";
