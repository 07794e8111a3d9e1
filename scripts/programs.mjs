import { join } from "node:path";
import { root } from "./run.mjs";

/** @param {string} name */
export const binary = (name) => join(root, "node_modules/.bin", name);

/**
 * How a program is started on each runtime, given no more than it needs.
 *
 * @type {Record<"Node" | "Bun" | "Deno", readonly [command: string, ...options: string[]]>}
 */
export const startedBy = {
  Node: [process.execPath],
  Bun: [binary("bun"), "run"],
  Deno: [binary("deno"), "run", "--allow-read"],
};

/**
 * The same for one of our own that tests processes: it may do anything, and collect its garbage. Portably: on no more than any POSIX
 * system has.
 *
 * @type {Record<keyof typeof startedBy | "Node, portably", readonly [command: string, ...options: string[]]>}
 */
export const testedWithProcessesBy = {
  "Node, portably": ["env", "HEDDLE_PROCESSES=portable", ...startedBy.Node, "--expose-gc"],
  Node: [...startedBy.Node, "--expose-gc"],
  Bun: [binary("bun"), "--expose-gc", "run"],
  Deno: [binary("deno"), "run", "--allow-all", "--v8-flags=--expose-gc"],
};

/**
 * The same for a program that starts processes.
 *
 * @type {Record<keyof typeof startedBy, readonly [command: string, ...options: string[]]>}
 */
export const startedWithProcessesBy = {
  ...startedBy,
  Deno: [...startedBy.Deno, "--allow-run", "--allow-ffi"],
};
