import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, it } from "vitest";

const HANG = 60_000;
const program = fileURLToPath(new URL("programs/out-of-memory.mjs", import.meta.url));

describe("a thread that runs out of memory in a critical section", () => {
  // Elsewhere nobody can tell before the event loop of its creator does.
  it.runIf(existsSync("/proc/thread-self"))(
    "leaves a latch that a waiting worker takes over",
    async () => {
      const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: HANG });
      const lines = stdout.trim().split("\n");
      const expected = [2, 3, 4, 5].flatMap((changes) => [
        `${changes} before, of the living unheard of`,
        "HEDDLE_WORKER_CRASHED",
      ]);
      assert.deepEqual(lines, expected);
    },
    90_000,
  );
});
