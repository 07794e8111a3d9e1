import assert from "node:assert/strict";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { describe, it } from "vitest";
import { runtimes } from "./processes.js";
import { start } from "./run.js";

const scale = Math.max(1, Number(process.env.HEDDLE_STRESS ?? 1));

for (const runtime of runtimes) {
  const looms = runtime === "Node, portably" ? ["heddle/processes"] : ["heddle", "heddle/processes"];
  for (const loom of looms) {
    describe(`a program that mixes everything, with ${loom} on ${runtime} (× ${scale})`, () => {
      it(
        "gives right answers only, ends by itself, and leaves no wait and no worker",
        async () => {
          // The seed is printed: `mixed.mjs 0.05 <seed>` makes the same choices again.
          const child = start(runtime, "mixed", [String(0.05 * scale)], { HEDDLE_MIXED: loom });
          const { stdout, stderr } = child;
          assert.ok(stdout !== null && stderr !== null);
          const [out, err, [code]] = await Promise.all([text(stdout), text(stderr), once(child, "close")]);
          assert.equal(code, 0, `${out}\n${err}`);
          const { operations, grown } = JSON.parse(out.trim().split("\n").at(-1) ?? "");
          assert.ok(operations > 0);
          assert.deepEqual(grown, []);
        },
        180_000 * scale,
      );
    });
  }
}
