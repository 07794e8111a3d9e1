import { describe, it } from "bun:test";
import assert from "node:assert/strict";
import { execute, outputOf, program } from "./program.js";

describe("the end of a program", () => {
  it("waits for its threads (parity 173)", async () => {
    assert.deepEqual(await outputOf(program("outlived")), [
      "the main worker has nothing left to do",
      "the thread has ended",
    ]);
  });

  it("does not wait for its daemons, even busy ones, and is quiet about them (parity 173)", async () => {
    assert.deepEqual(await outputOf(program("daemons")), ["the main worker has ended 3"]);
  });

  it("does not wait for pools that are idle and were never closed", async () => {
    assert.deepEqual(await outputOf(program("never-closed")), ["[ 2, 4, 6 ] 8 true 0"]);
  });

  it("does not come with a thread's error, which is reported with thread, class and message (parity 179)", async () => {
    const { stdout, stderr, exitCode } = await execute(program("unheard"));
    assert.deepEqual([stdout, exitCode], [["the program goes on"], 0]);
    assert.deepEqual(stderr.slice(0, 2), ["Uncaught error in lonely:", "RangeError: nobody hears this"]);
  });

  it("does not come with a thread's process.exit, which is not reported when it is awaited (parity 180)", async () => {
    const crashes = ["HEDDLE_WORKER_CRASHED 0", "HEDDLE_WORKER_CRASHED 3"];
    assert.deepEqual(await outputOf(program("exits")), [...crashes, "the program goes on"]);
  });
});

describe("an error that nothing in its thread catches", () => {
  it("ends the thread with 1, and arrives as what it was; a rejection in the very last turn as well", async () => {
    const { stdout, stderr, exitCode } = await execute(program("detached"));
    assert.deepEqual([stdout, exitCode], [["undefined true 1", "true thrown true 1"], 0]);
    // Whose target has settled has nobody else to tell.
    assert.deepEqual(stderr.slice(0, 2), ["Uncaught error in Thread-1 (reject):", "RangeError: rejected"]);
  });
});
