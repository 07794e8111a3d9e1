/**
 * Heddle as it runs on Bun.
 *
 * @module
 */
export * from "@heddle/bun";
