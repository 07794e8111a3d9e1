import { describe, it } from "bun:test";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { outputOf } from "./program.js";

const folder = fileURLToPath(new URL("..", import.meta.url));
const command = [process.execPath, "node_modules/@heddle/conformance/bin/heddle-conformance.js"];

describe("heddle-conformance in Bun", () => {
  for (const [adapter, workers] of [
    ["@heddle/bun", "threads"],
    ["@heddle/bun/processes", "processes"],
  ] as const) {
    it(`runs contracts of ${workers}, and counts what is left over`, async () => {
      const lines = await outputOf([...command, adapter, "--contract", "rwlock", "--contract", "semaphore"], folder);
      assert.deepEqual(
        lines.map((line) => line.replace(/\d+/, "n")),
        [`${adapter} is ${adapter}: ${workers}`, "rwlock     n passed", "semaphore  n passed"],
      );
    });
  }
});
