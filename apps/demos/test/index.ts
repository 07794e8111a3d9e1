/** The output of the demo programs, on any runtime. */
import assert from "node:assert/strict";
import type { Runner } from "./run.js";

export { built, outputOf, type Runner, run, source } from "./run.js";

/** An app of demo programs, and the test framework of what it runs on. */
export interface App {
  describe(name: string, body: () => void): void;
  it(name: string, body: () => Promise<void>): void;
  readonly run: Runner;
  /** The name of a worker here. */
  readonly worker: "Thread" | "Process";
}

/** Declares the tests of the programs that every app has. */
export function testDemos({ describe, it, run, worker }: App): void {
  const names = (count: number, task: string): string[] =>
    Array.from({ length: count }, (_, i) => `${worker}-${i + 1} (${task})`);
  let slow: Promise<string[]>;

  describe(`the demo programs, each worker a ${worker}`, () => {
    it("queue: a greeting from each of four workers", async () => {
      // Takes five seconds and hardly any CPU: the other programs run meanwhile.
      slow = run("numbers-and-letters");
      slow.catch(() => {});
      const lines = await run("queue");
      assert.deepEqual(
        lines.sort(),
        names(4, "greet").map((name) => `Hello from ${name}`),
      );
    });

    it("lock: four accesses, updates lost without the lock, none with it", async () => {
      const lines = await run("lock");
      assert.deepEqual(lines.slice(0, 4), new Array(4).fill("Synchronized access"));
      const [, lost] = /^Without the lock: (\d+) of 400$/.exec(lines[4] ?? "") ?? [];
      assert.ok(Number(lost) < 400, lines[4]);
      assert.equal(lines[5], "With the lock: 400 of 400");
      assert.equal(lines.length, 6);
    });

    it("semaphore: of six workers two are inside at once, and never more", async () => {
      const lines = await run("semaphore");
      const entered = lines.slice(0, 6).map((line) => /^(.+) is inside, [12] in all$/.exec(line)?.[1]);
      assert.deepEqual(entered.sort(), names(6, "enter"));
      assert.deepEqual(lines.slice(6), ["Highest number inside at once: 2"]);
    });

    it("io-or-cpu: a table of both kinds of work done in three ways, and advice", async () => {
      const text = (await run("io-or-cpu", "1")).join("\n");
      for (const work of ["I/O-bound", "CPU-bound"])
        assert.match(text, new RegExp(`${work}(.* ms \\(\\d+ to \\d+\\)){3}`));
      assert.match(text, /for work that waits: (one after|at once|in a pool|none of them)/);
      assert.match(text, new RegExp(`^A ${worker.toLowerCase()} was started, and ended, in \\d+ ms\\.$`, "m"));
    });

    it("numbers-and-letters: both workers print at the same time", async () => {
      slow ??= run("numbers-and-letters");
      const lines = await slow;
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
      assert.equal(lines.at(-1), "Both workers have ended.");
      // Not one after the other: each has begun before the other has come to its end.
      assert.ok(lines.indexOf("Letter: a") < lines.indexOf("Number: 5"));
      assert.ok(lines.indexOf("Number: 1") < lines.indexOf("Letter: e"));
    });
  });
}
