import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { run } from "./run.js";

const OUTPUT = [
  "default 13",
  "named 13",
  "named 42",
  "module.exports 13",
  "module.exports.handler 13",
  "a function's own 42",
  "compiled 13",
  "promised 13",
  "promised, CommonJS 13",
  "broken HEDDLE_TASK_NOT_FOUND: RangeError: no connection",
];

describe("worker modules of piscina, unchanged", () => {
  for (const [runtime, backend] of [
    ["Node", "heddle"],
    ["Node", "heddle/processes"],
    ["Bun", "heddle"],
    ["Deno", "heddle"],
  ] as const) {
    it(`run by tasksFrom, by ${backend} on ${runtime}`, async () => {
      const { code, stdout, stderr } = await run(runtime, "piscina", backend);
      assert.deepEqual([code, stderr, stdout], [0, [], OUTPUT]);
    });
  }
});
