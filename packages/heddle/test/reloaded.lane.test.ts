import assert from "node:assert/strict";
import { it } from "vitest";
import { run } from "./run.js";

/** The ceiling for a hang: the program starts ten workers, one after another. */
const HANG = 120_000;
const SAYS_WHAT_TO_DO = /^Task "own" .* If the file was changed, use the task of its new evaluation/;

for (const runtime of ["Node", "Bun", "Deno"] as const) {
  for (const backend of ["heddle", "heddle/processes"]) {
    const title = `a pool runs what a changed module defines when it is evaluated again, with ${backend} on ${runtime}`;
    it(title, { timeout: HANG }, async () => {
      const { code, stdout, stderr } = await run(runtime, "habits/reloaded", backend);
      assert.deepEqual([code, stderr], [0, []]);
      const imported = stdout.splice(runtime === "Deno" ? 0 : 3, 3);
      for (const [first, second = ""] of [stdout, imported]) {
        if (first === undefined) continue;
        assert.equal(first, "old own old helper old named");
        assert.match(second, /^old helper \[ ['"]new own['"], ['"]new helper['"], ['"]new named['"] \]$/);
      }
      // The query of its URL makes another module of the new one: the old one is there as well.
      assert.equal(imported[2], "old own");
      if (runtime === "Deno") return;
      const [, , replaced = "", initialized, refused = ""] = stdout;
      assert.match(replaced, SAYS_WHAT_TO_DO);
      assert.equal(initialized, "old own");
      assert.match(refused, SAYS_WHAT_TO_DO);
    });
  }
}
