/**
 * Heddle as it runs on Node, by way of processes.
 *
 * @module
 */
export * from "@heddle/node-processes";
