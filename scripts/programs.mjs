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
 * The same for one of our own that tests processes: it may do anything, and collect its garbage.
 *
 * @type {Record<"Node" | "Deno", readonly [command: string, ...options: string[]]>}
 */
export const testedWithProcessesBy = {
  Node: [...startedBy.Node, "--expose-gc"],
  Deno: [binary("deno"), "run", "--allow-all", "--v8-flags=--expose-gc"],
};

/**
 * The same for a program that starts processes, on the runtimes where it can.
 *
 * @type {Record<"Node" | "Deno", readonly [command: string, ...options: string[]]>}
 */
export const startedWithProcessesBy = {
  Node: startedBy.Node,
  Deno: [...startedBy.Deno, "--allow-run", "--allow-ffi"],
};
