/**
 * Heddle as it runs on Deno, by way of processes.
 *
 * @module
 */
export * from "@heddle/deno/processes";
