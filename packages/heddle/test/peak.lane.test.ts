import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { runtimes } from "./processes.js";
import { run } from "./run.js";

/** One copy of each is 1,600 MB; two of each are 3,200. What a collector has not found yet is between. */
const MOST_OF_PROGRAM = 2600;
/** A process has few of them at a time: one that had all of its half would need 800 MB for them alone. */
const MOST_OF_PROCESS = 700;

describe("the memory at its peak, in MB, of 400 buffers of 4 MB that are submitted at once", () => {
  for (const runtime of runtimes) {
    for (const kind of ["threads", "processes"] as const) {
      if (runtime === "Node, portably") continue;
      it(`is that of one copy of each, on ${runtime}, with ${kind}`, async () => {
        const { code, stdout, stderr } = await run(runtime, "peak", kind);
        assert.deepEqual([code, stderr], [0, []]);
        const [program = 0, ...workers] = JSON.parse(stdout[0] ?? "[]") as number[];
        assert.ok(program < MOST_OF_PROGRAM, `${program} MB`);
        if (kind === "threads") return;
        for (const megabytes of workers) assert.ok(megabytes < MOST_OF_PROCESS, `${megabytes} MB of a process`);
      });
    }
  }
});
