import { describe, it } from "bun:test";
import assert from "node:assert/strict";
import { outputOf, program } from "./program.js";

/** How many threads: HEDDLE_STRESS=10 for a thousand. */
const COUNT = 100 * Math.max(1, Number(process.env.HEDDLE_STRESS ?? 1));

/** Milliseconds after which this is a hang. Nothing waits for it. */
const HANG = 25_000 + 500 * COUNT;

describe("threads that are started, used and ended one after another", () => {
  it(
    `leave no more memory in use than a tenth: ${COUNT} of them`,
    async () => {
      const [line = ""] = await outputOf([...program("many"), `${COUNT}`], undefined, HANG);
      const [, before, after] = /^([\d.]+) MB, then ([\d.]+) MB$/.exec(line) ?? [];
      assert.ok(Number(after) < Number(before) * 1.1, line);
    },
    2 * HANG,
  );
});
