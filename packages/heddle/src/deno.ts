/**
 * Heddle as it runs on Deno.
 *
 * @module
 */
export * from "@heddle/deno";
