import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { describe, it } from "vitest";
import { isRunning } from "../../../scripts/processes.mjs";
import { runtimesOfLane as runtimes } from "./processes.js";
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

/** With mounts of its own, which are gone with it. */
const apart = ["unshare", "--mount", "/bin/sh"];
const mayMount =
  isRoot && spawnSync(apart[0] as string, [...apart.slice(1), "-c", "mount -t tmpfs tmpfs /mnt"]).status === 0;
if (!mayMount) console.warn("SKIPPED, as nothing may be mounted here: the test of a full folder");

describe("a program of processes whose memory is on a disk", () => {
  it.runIf(mayMount)("is told that it is full by what wants more, and goes on with what it has", async () => {
    const before = "mount -t tmpfs -o size=4m tmpfs /mnt; export TMPDIR=/mnt";
    const { code, signal, stdout, stderr } = await runAfter(before, "Node, portably", "full-folder", apart);
    assert.deepEqual([code, signal, stderr], [0, null, []]);
    const [small, large, arrays, array, ...after] = JSON.parse(stdout[0] ?? "");
    assert.equal(small, 5);
    for (const said of [large, arrays, array]) assert.match(said, /^HEDDLE_SYSTEM .*ENOSPC.*TMPDIR/);
    assert.deepEqual(after, ["still here", 9]);
  });

  it("says which folder it is that it cannot write to", async () => {
    const { code, stderr } = await runAfter("export TMPDIR=/nowhere", "Node, portably", "full-folder");
    assert.equal(code, 1);
    assert.match(stderr.join(" "), /HEDDLE_SYSTEM|made in .nowhere: ENOENT.*TMPDIR/);
  });
});
