import { join } from "node:path";
import { root } from "./run.mjs";

/**
 * How a runtime's own test runner is started, and how its JUnit report is read. `test-in.mjs` does both.
 *
 * @typedef {import("./junit.mjs").TestCase} TestCase
 * @typedef {object} Runner
 * @property {(report: string) => string[]} command the command that runs the tests of the current folder and leaves that report
 * @property {(test: TestCase) => string} nameOf a test's full name, as vitest would write it
 * @property {(test: TestCase, all: TestCase[]) => boolean} [isGroup] whether what is reported as a test is a group of tests
 */

/** The ceiling for a hang, as in vitest.mjs. */
const TIMEOUT_MS = 30_000;

/** @param {string} name */
const binary = (name) => join(root, "node_modules/.bin", name);

/** @type {Record<string, Runner>} */
export const runners = {
  bun: {
    command: (report) => [
      binary("bun"),
      "test",
      `--timeout=${TIMEOUT_MS}`,
      "--reporter=junit",
      `--reporter-outfile=${report}`,
    ],
    // Bun names the groups that a test is in from the innermost to the outermost.
    nameOf: ({ name, classname }) => [...classname.split(" > ").reverse(), name].filter(Boolean).join(" > "),
  },
};
