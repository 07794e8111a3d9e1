import assert from "node:assert/strict";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { describe, it } from "vitest";
import { isRunning } from "../../../scripts/processes.mjs";
import { runtimes } from "./processes.js";
import { run, runAfter, start } from "./run.js";

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn("SKIPPED, as this is not run by root: the tests of processes that change their user");

for (const runtime of runtimes) {
  describe(`a program of processes, on ${runtime}`, () => {
    it("goes on with no descriptors left, and says so when it starts another process", async () => {
      const { code, stdout, stderr } = await runAfter("ulimit -n 200", runtime, "out-of-descriptors");
      assert.deepEqual([code, stderr], [0, []]);
      assert.equal(stdout[0], '["one","two","three",42,100]');
      for (const line of stdout.slice(1)) assert.match(line, /^true HEDDLE_SYSTEM .*EMFILE.*`ulimit -n`/);
      assert.equal(stdout.length, 3);
    });

    it.runIf(isRoot)("may change its user before and after it has started processes, and so may these", async () => {
      const { code, stdout, stderr } = await run(runtime, "another-user");
      const all = ["async 65534", "sync 65534", "async 65534", "sync 65534"];
      const said = { before: all, siblings: "passed on", of: "65534,65534", after: all, ended: "false" };
      assert.deepEqual([code, stderr, stdout.map((line) => JSON.parse(line))], [0, [], [said]]);
    });

    it.runIf(isRoot)(
      "takes processes along that have changed their user, when it is killed",
      async ({ onTestFinished }) => {
        const program = start(runtime, "nobodys-orphan", []);
        assert.ok(program.stdout);
        const [line] = await once(createInterface(program.stdout), "line");
        const [creator, pid] = JSON.parse(line) as [number, number];
        onTestFinished(() => void (isRunning(pid) && process.kill(pid, "SIGKILL")));
        process.kill(creator, "SIGKILL");
        while (isRunning(pid)) await new Promise(setImmediate);
      },
    );
  });
}
