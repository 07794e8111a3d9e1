import { binary } from "./programs.mjs";

/**
 * How a runtime's own test runner is started, and how its JUnit report is read. `test-in.mjs` does both.
 *
 * @typedef {import("./junit.mjs").TestCase} TestCase
 * @typedef {object} Runner
 * @property {(report: string) => string[]} command the command that runs the tests of the current folder and leaves that report
 * @property {(test: TestCase) => string} nameOf a test's full name, as vitest would write it
 * @property {(test: TestCase) => string} fileOf the file that it is in, from the current folder
 * @property {(test: TestCase, all: TestCase[]) => boolean} [isGroup] whether what is reported as a test is a group of tests
 */

/** The ceiling for a hang, as in vitest.mjs. */
const TIMEOUT_MS = 30_000;

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
    fileOf: ({ file }) => file,
    // Bun names the groups that a test is in from the innermost to the outermost.
    nameOf: ({ name, classname }) => [...classname.split(" > ").reverse(), name].filter(Boolean).join(" > "),
  },
  deno: {
    // Types are checked by tsc, with those of the test that checks what is packed.
    command: (report) => [
      binary("deno"),
      "test",
      ...["--allow-all", "--no-check", "--unstable-sloppy-imports"],
      "--v8-flags=--expose-gc",
      `--junit-path=${report}`,
    ],
    fileOf: ({ classname }) => classname.replace("./", ""),
    nameOf: ({ name }) => name,
  },
};
