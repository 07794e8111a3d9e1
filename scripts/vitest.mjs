import { availableParallelism } from "node:os";
import { BaseSequencer } from "vitest/node";
import { reportFile } from "./reports.mjs";

/** Tests that take too long for `npm test`; `scripts/lanes.mjs` runs them, by this variable. */
const LANES = "test/**/*.lane.test.ts";
/** Tests of which `npm test` runs a part, and the lanes the rest. */
const WIDE = "test/**/*.wide.test.ts";
const runsLanes = process.env.HEDDLE_LANES === "1";

/** Files that take longest, however short they are: they begin first, so that none of them runs alone in the end. */
const LONG = /[/\\](conformance|orphans|storm|programs|death-cells|schedules)\.[^/\\]*$/;

class LongestFirst extends BaseSequencer {
  /** @override @param {import("vitest/node").TestSpecification[]} files */
  async sort(files) {
    const sorted = await super.sort(files);
    const isLong = (/** @type {import("vitest/node").TestSpecification} */ file) => LONG.test(file.moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

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
    sequence: { sequencer: LongestFirst },
    reporters: ["default", "json"],
    outputFile: { json: reportFile(folder) },
    // The ceiling for a hang, generous because the machine may be busy. No test waits for it.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
