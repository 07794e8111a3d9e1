/**
 * Heddle as it runs on Bun, by way of processes.
 *
 * @module
 */
export * from "@heddle/bun/processes";
