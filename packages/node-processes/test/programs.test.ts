import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "vitest";
import { run, start } from "./run.js";

describe("a program of processes", () => {
  it("prints whole lines, however they were written and however long they are", async () => {
    const { code, stdout, stderr } = await run("lines");
    assert.deepEqual([code, stdout.length], [0, 60]);
    for (const line of stdout) assert.match(line, /^(a+|b+|c+)$/);
    // Not even a newline, but the process has ended.
    assert.match(stderr.join(""), /^(. has ended){3}$/);
  });

  it("may block while a process prints and returns more than a pipe holds", async () => {
    const { code, stdout } = await run("blocked");
    assert.equal(code, 0);
    assert.deepEqual(
      stdout.map(({ length }) => length),
      [2 ** 20, 2 ** 20, 2 ** 20, 2 ** 20, String(2 ** 22).length],
    );
  });

  it("goes on after an error in a process, which is reported once, with process, class and message", async () => {
    const { code, stdout, stderr } = await run("unheard");
    assert.deepEqual([code, stdout], [0, ["the program goes on 1"]]);
    assert.deepEqual(stderr.slice(0, 2), ["Uncaught error in lonely:", "RangeError: nobody hears this"]);
    assert.equal(stderr.filter((line) => line.includes("nobody hears this")).length, 1);
  });

  it("tells of a process killed by SIGSEGV: exit code, signal, and its lock abandoned", async () => {
    const { code, stdout } = await run("segv");
    assert.deepEqual([code, stdout], [0, ["HEDDLE_WORKER_CRASHED", "HEDDLE_ABANDONED", "SIGSEGV -11 false"]]);
  });

  it("leaves no descriptors behind, however its processes end (parity 99)", async () => {
    assert.equal((await run("descriptors")).code, 0);
  });

  it("runs where there is no input and nobody hears what it says (parity 98)", async () => {
    const program = start("messages", [], {}, "ignore");
    assert.deepEqual(await once(program, "exit"), [0, null]);
  });

  it("leaves process.send to its processes, and no descriptors to what they start", async () => {
    const { code, stdout } = await run("messages");
    assert.equal(code, 0);
    const { descriptors, ours, ...seen } = JSON.parse(stdout[0] ?? "");
    assert.deepEqual(descriptors, ours, "what a program inherits from a process, and from the main one");
    assert.deepEqual(seen, { heard: 0, canSend: "function", colour: "blue", hasPath: true });
  });
});
