import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, it } from "vitest";

/** Milliseconds after which a program that does not end is stopped, which fails its test. */
const HANG = 25_000;

/** The output of the program, line by line. Rejects unless it ends by itself with exit code 0. */
async function run(name: string): Promise<{ stdout: string[]; stderr: string[] }> {
  const program = fileURLToPath(new URL(`programs/${name}.mjs`, import.meta.url));
  const printed = await promisify(execFile)(process.execPath, [program], { timeout: HANG });
  const lines = (text: string): string[] => text.split("\n").filter((line) => line !== "");
  return { stdout: lines(printed.stdout), stderr: lines(printed.stderr) };
}

describe("the end of a program", () => {
  it("waits for its threads (parity 173)", async () => {
    const { stdout } = await run("outlived");
    assert.deepEqual(stdout, ["the main worker has nothing left to do", "the thread has ended"]);
  });

  it("does not wait for its daemons, even busy ones, and is quiet about them (parity 173)", async () => {
    const { stdout, stderr } = await run("daemons");
    assert.deepEqual([stdout, stderr], [["the main worker has ended 3"], []]);
  });

  it("does not come with a thread's error, which is reported with thread, class and message (parity 179)", async () => {
    const { stdout, stderr } = await run("unheard");
    assert.deepEqual(stdout, ["the program goes on"]);
    assert.deepEqual(stderr.slice(0, 2), ["Uncaught error in lonely:", "RangeError: nobody hears this"]);
  });

  it("does not come with a thread's process.exit, which is not reported when it is awaited (parity 180)", async () => {
    const { stdout, stderr } = await run("exits");
    const crashes = ["HEDDLE_WORKER_CRASHED 0", "HEDDLE_WORKER_CRASHED 3"];
    assert.deepEqual([stdout, stderr], [[...crashes, "the program goes on"], []]);
  });
});
