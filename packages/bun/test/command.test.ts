import { describe, it } from "bun:test";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { outputOf } from "./program.js";

const folder = fileURLToPath(new URL("..", import.meta.url));
const command = [process.execPath, "node_modules/@heddle/conformance/bin/heddle-conformance.js"];

describe("heddle-conformance in Bun", () => {
  it("runs contracts of this adapter, and counts what is left over", async () => {
    const lines = await outputOf(
      [...command, "@heddle/bun", "--contract", "rwlock", "--contract", "semaphore"],
      folder,
    );
    assert.deepEqual(
      lines.map((line) => line.replace(/\d+/, "n")),
      ["@heddle/bun is @heddle/bun: threads", "rwlock     n passed", "semaphore  n passed"],
    );
  });
});
