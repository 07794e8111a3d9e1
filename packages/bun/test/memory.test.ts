import { describe, it } from "bun:test";
import assert from "node:assert/strict";
import { outputOf, program } from "./program.js";

/** How many threads: HEDDLE_STRESS=25 for a thousand. */
const COUNT = 40 * Math.max(1, Number(process.env.HEDDLE_STRESS ?? 1));

/** How often so many. The allocator may keep more than before, once; a leak does so each time. */
const TIMES = 3;

/** Milliseconds after which this is a hang. Nothing waits for it. */
const HANG = 25_000 + 500 * COUNT * TIMES;

describe("threads that are started, used and ended one after another", () => {
  it(
    `leave no more memory in use than a tenth: ${COUNT} of them`,
    async () => {
      const [line = ""] = await outputOf([...program("many"), `${COUNT}`, `${TIMES}`], undefined, HANG);
      const [first = 0, ...later]: number[] = JSON.parse(line);
      assert.equal(later.length, TIMES);
      const left = later.map((megabytes, n) => megabytes - (later[n - 1] ?? first));
      const [, median = 0] = left.sort((a, b) => a - b);
      assert.ok(median < first / 10, line);
    },
    2 * HANG,
  );
});
