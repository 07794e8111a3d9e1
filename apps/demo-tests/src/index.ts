/** What the demo programs print, whatever they run on. */
import assert from "node:assert/strict";
import type { Runner } from "./run.js";

export { type Runner, run, runner, runnerOfSource } from "./run.js";

/** An app of demo programs, and the test framework of what it runs on. */
export interface App {
  describe(name: string, body: () => void): void;
  it(name: string, body: () => Promise<void>): void;
  readonly run: Runner;
  /** What a worker is called here: the n-th one that a program starts, for the task of that name. */
  readonly worker: (n: number, task: string) => string;
  /** What several workers are called. */
  readonly workers: "threads" | "processes";
}

/** Declares the tests of the programs that every app has. */
export function testDemos({ describe, it, run, worker, workers }: App): void {
  const names = (count: number, task: string): string[] => Array.from({ length: count }, (_, i) => worker(i + 1, task));

  describe(`the demo programs, with ${workers}`, () => {
    it(`numbers-and-letters: both ${workers} print at the same time`, async () => {
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
      assert.equal(lines.at(-1), `Both ${workers} have ended.`);
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

    it(`semaphore: of six ${workers} two are inside at once, and never more`, async () => {
      const lines = await run("semaphore");
      const entered = lines.slice(0, 6).map((line) => /^(.+) is inside, [12] in all$/.exec(line)?.[1]);
      assert.deepEqual(entered.sort(), names(6, "enter"));
      assert.deepEqual(lines.slice(6), ["Highest number inside at once: 2"]);
    });

    it(`queue: a greeting from each of four ${workers}`, async () => {
      const lines = await run("queue");
      assert.deepEqual(
        lines.sort(),
        names(4, "worker").map((name) => `Hello from ${name}`),
      );
    });

    it("io-or-cpu: a table of both kinds of work done in three ways, and advice", async () => {
      const text = (await run("io-or-cpu")).join("\n");
      assert.match(text, /I\/O-bound.*\d+\.\d\d s.*×\d+\.\d.*×\d+\.\d/);
      assert.match(text, /CPU-bound.*\d+\.\d\d s.*×\d+\.\d.*×\d+\.\d/);
      assert.match(text, /waiting was done fastest by (one worker|a pool)/);
    });
  });
}
