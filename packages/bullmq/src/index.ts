/**
 * BullMQ jobs in a Heddle pool.
 *
 * @module
 */
export { type JobInfo, type JobPool, type JobTask, type ProcessorOptions, poolProcessor } from "./processor.js";
