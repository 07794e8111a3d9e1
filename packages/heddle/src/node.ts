/**
 * Heddle as it runs on Node.
 *
 * @module
 */
export * from "@heddle/node-threads";
