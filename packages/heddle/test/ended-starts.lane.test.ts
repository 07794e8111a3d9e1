import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { runtimes } from "./processes.js";
import { run } from "./run.js";

describe("workers that are terminated while they start a pool", () => {
  for (const kind of ["threads", "processes"] as const) {
    for (const runtime of runtimes.filter((name) => kind === "processes" || name !== "Node, portably")) {
      it(`end, and so do their pools: ${kind} on ${runtime}`, async () => {
        const { code, stdout, stderr } = await run(runtime, "ended-starts", kind, "60");
        assert.deepEqual([code, stdout, stderr], [0, ["60 of 60 ended, 1 left"], []]);
      }, 150_000);
    }
  }
});
