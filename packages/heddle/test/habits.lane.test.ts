import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { type Ended, runWith } from "./run.js";

for (const runtime of ["Node", "Bun", "Deno"] as const) {
  for (const backend of ["heddle", "heddle/processes"]) {
    const run = (program: string, ...args: string[]): Promise<Ended> =>
      runWith({ HEDDLE_LOOM: backend }, runtime, `habits/${program}`, ...args);

    describe(`programs of newcomers, on ${runtime} with ${backend}`, () => {
      it("one worker that is started without the main guard is refused, and the module evaluated no third time", async () => {
        const { code, stdout, stderr } = await run("unguarded-worker");
        assert.notEqual(code, 0);
        assert.deepEqual(stdout, ["evaluated", "evaluated"]);
        const refused = /WorkerStateError: (Thread|Process)-1 \(square\) was about to start a worker .* if \(isMain\(/;
        assert.match(stderr.join("\n"), refused);
      });

      it("futures that nobody has looked at when their pool closes have their values; a later task fails the program", async () => {
        const { code, stdout, stderr } = await run("closed");
        assert.notEqual(code, 0);
        assert.deepEqual(stdout, ["fulfilled fulfilled fulfilled"]);
        assert.match(stderr.join("\n"), /PoolClosedError: Pool-1 takes no more tasks: it was closed/);
      });

      // Deno prints the place where Heddle made the error, whatever its stack says.
      it.runIf(runtime !== "Deno")("an uncaught error is printed with the program's line", async () => {
        for (const how of ["closed", "task", "wrong", "lock"]) {
          const { code, stdout, stderr } = await run("uncaught", how);
          assert.notEqual(code, 0);
          const shown = stderr.join("\n").replaceAll("\\", "/");
          assert.match(shown, /^\s+at .*habits\/uncaught\.mjs:/m, `${how}: ${shown}`);
          assert.doesNotMatch(shown, /^\s+at .*\/(core|node-\w+|bun)\/(dist|src)\//m, how);
          assert.deepEqual(stdout, []);
        }
      });
    });
  }
}
