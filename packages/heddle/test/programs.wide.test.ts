import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "vitest";
import { processes, runtimesOfLane } from "./processes.js";
import { run, start } from "./run.js";

for (const runtime of runtimesOfLane) {
  const { canSend, endBySegv } = processes[runtime];
  describe(`a program of processes, on ${runtime}`, () => {
    it("prints whole lines, however they were written and however long they are", async () => {
      const { code, stdout, stderr } = await run(runtime, "lines");
      assert.deepEqual([code, stdout.length], [0, 60]);
      for (const line of stdout) assert.match(line, /^(a+|b+|c+)$/);
      // Not even a newline, but the process has ended.
      assert.match(stderr.join(""), /^(. has ended){3}$/);
    });

    it("may block while a process prints and returns more than a pipe holds", async () => {
      const { code, stdout } = await run(runtime, "blocked");
      assert.equal(code, 0);
      assert.deepEqual(
        stdout.map(({ length }) => length),
        [2 ** 20, 2 ** 20, 2 ** 20, 2 ** 20, String(2 ** 22).length],
      );
    });

    it("goes on after an error in a process, which is reported once, with process, class and message", async () => {
      const { code, stdout, stderr } = await run(runtime, "unheard");
      assert.deepEqual([code, stdout], [0, ["the program goes on 1"]]);
      assert.deepEqual(stderr.slice(0, 2), ["Uncaught error in lonely:", "RangeError: nobody hears this"]);
      assert.equal(stderr.filter((line) => line.includes("nobody hears this")).length, 1);
    });

    it.runIf(endBySegv)("tells of a process killed by SIGSEGV: exit code, signal, and its lock abandoned", async () => {
      const { code, stdout } = await run(runtime, "segv");
      assert.deepEqual([code, stdout], [0, ["HEDDLE_WORKER_CRASHED", "HEDDLE_ABANDONED", "SIGSEGV -11 false"]]);
    });

    it("leaves no descriptors behind, however its processes end (parity 99)", async () => {
      const { code, stdout, stderr } = await run(runtime, "descriptors");
      assert.deepEqual([code, stderr], [0, []]);
      const left: string[][] = JSON.parse(stdout[0] ?? "");
      // Once in its life, soon after its start, Deno opens a pair of sockets for itself.
      assert.ok(left.filter((descriptors) => descriptors.length > 0).length <= 1, stdout[0]);
    });

    it("knows each of its processes to live, also after it has started others and these have ended", async () => {
      const { code, stdout } = await run(runtime, "claims");
      assert.equal(code, 0);
      const [all, own] = stdout.map((line) => JSON.parse(line));
      // Deno holds locks of its own as well, on files of its cache.
      assert.deepEqual(
        all.map((claims: number[], slot: number) => claims.includes(slot)),
        [true, true, true, true],
      );
      assert.ok(own.includes(0), stdout[1]);
    });

    it("takes nothing from a process that is stopped for a while, and goes on with it after that", async () => {
      const { code, stdout } = await run(runtime, "stopped", "10", "0.05", "0.5");
      assert.deepEqual([code, stdout], [0, ['[false,0,"released"]', "[0,0,0]"]]);
    });

    it("runs where there is no input and nobody hears what it says (parity 98)", async () => {
      const program = start(runtime, "messages", [], {}, "ignore");
      assert.deepEqual(await once(program, "exit"), [0, null]);
    });

    it("leaves process.send to its processes, if they have it, and no descriptors to what they start", async () => {
      const { code, stdout } = await run(runtime, "messages");
      assert.equal(code, 0);
      const { descriptors, ours, ...seen } = JSON.parse(stdout[0] ?? "");
      assert.deepEqual(
        descriptors,
        ours,
        "the descriptors that a program inherits from a process, and from the main one",
      );
      assert.deepEqual(seen, { heard: 0, canSend, colour: "blue", hasPath: true });
    });
  });
}
