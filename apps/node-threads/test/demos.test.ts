import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, it } from "vitest";

/** Runs a demo as a user does; what it printed, line by line. Rejects unless it ends by itself with exit code 0. */
async function run(demo: string): Promise<string[]> {
  const program = fileURLToPath(new URL(`../dist/${demo}.js`, import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [program], { encoding: "utf8" });
  assert.equal(stderr, "");
  return stdout.trimEnd().split("\n");
}

describe("the demo programs", () => {
  it("numbers-and-letters: both threads print at the same time", async () => {
    const lines = await run("numbers-and-letters");
    const numbers = lines.filter((line) => line.startsWith("Number"));
    const letters = lines.filter((line) => line.startsWith("Letter"));
    assert.deepEqual(
      numbers,
      [1, 2, 3, 4, 5].map((n) => `Number: ${n}`),
    );
    assert.deepEqual(
      letters,
      [..."abcde"].map((letter) => `Letter: ${letter}`),
    );
    assert.equal(lines.at(-1), "Both threads have ended.");
    // Not one after the other: each has begun before the other has come half way.
    assert.ok(lines.indexOf("Letter: a") < lines.indexOf("Number: 3"));
    assert.ok(lines.indexOf("Number: 1") < lines.indexOf("Letter: c"));
  });

  it("lock: four accesses, updates lost without the lock, none with it", async () => {
    const lines = await run("lock");
    assert.deepEqual(lines.slice(0, 4), new Array(4).fill("Synchronized access"));
    const [, lost] = /^Without the lock: (\d+) of 1000$/.exec(lines[4] ?? "") ?? [];
    assert.ok(Number(lost) < 1000, lines[4]);
    assert.equal(lines[5], "With the lock: 1000 of 1000");
    assert.equal(lines.length, 6);
  });

  it("semaphore: of six threads two are inside at once, and never more", async () => {
    const lines = await run("semaphore");
    const entered = lines.slice(0, 6).map((line) => /^(Thread-\d) \(enter\) is inside, [12] in all$/.exec(line)?.[1]);
    assert.deepEqual(
      entered.sort(),
      [1, 2, 3, 4, 5, 6].map((n) => `Thread-${n}`),
    );
    assert.deepEqual(lines.slice(6), ["Highest number inside at once: 2"]);
  });

  it("queue: a greeting from each of four threads", async () => {
    const lines = await run("queue");
    assert.deepEqual(
      lines.sort(),
      [1, 2, 3, 4].map((n) => `Hello from Thread-${n} (worker)`),
    );
  });

  it("io-or-cpu: a table of both kinds of work done in three ways, and advice", async () => {
    const text = (await run("io-or-cpu")).join("\n");
    assert.match(text, /I\/O-bound.*\d+\.\d\d s.*×\d+\.\d.*×\d+\.\d/);
    assert.match(text, /CPU-bound.*\d+\.\d\d s.*×\d+\.\d.*×\d+\.\d/);
    assert.match(text, /waiting was done fastest by (one worker|a pool)/);
  });
});
