import { availableParallelism } from "node:os";
import { reportFile } from "./reports.mjs";

/** Tests that take too long for `npm test`; `scripts/lanes.mjs` runs them, by this variable. */
const LANES = "test/**/*.lane.test.ts";
/** Tests of which `npm test` runs a part, and the lanes the rest. */
const WIDE = "test/**/*.wide.test.ts";
const runsLanes = process.env.HEDDLE_LANES === "1";

/**
 * The one way tests run here.
 *
 * @param {string} folder the package's, as `import.meta.dirname` in its vitest.config.ts
 */
export const tests = (folder) => ({
  test: {
    include: runsLanes ? [LANES, WIDE] : ["test/**/*.test.ts"],
    exclude: runsLanes ? [] : [LANES],
    // vitest leaves a core to itself: of two, only one would run tests, many of which wait for programs that they have started.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ["default", "json"],
    outputFile: { json: reportFile(folder) },
    // The ceiling for a hang, generous because the machine may be busy. No test waits for it.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
