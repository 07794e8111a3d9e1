import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { runtimes } from "./processes.js";
import { run } from "./run.js";

const scale = Math.max(1, Number(process.env.HEDDLE_STRESS ?? 1));

for (const runtime of runtimes) {
  describe(`a storm of kills, on ${runtime} (× ${scale})`, () => {
    it(
      "holds nobody up, loses nothing that was acknowledged, and leaves nothing behind",
      async () => {
        // The seed is printed: `test/programs/storm.mjs 15 <seed>` plays the same choices again.
        const { code, stdout, stderr } = await run(runtime, "storm", String(15 * scale));
        assert.equal(code, 0, [...stdout, ...stderr].join("\n"));
      },
      60_000 * scale,
    );
  });
}
