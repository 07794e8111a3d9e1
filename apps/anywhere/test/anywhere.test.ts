import assert from "node:assert/strict";
import { run } from "@heddle/app-demos";
import { describe, it } from "vitest";
import { startedBy, startedWithProcessesBy } from "../../../scripts/programs.mjs";

type Commands = Readonly<Record<string, readonly [command: string, ...options: string[]]>>;

/** The output of each program on every runtime, and how it is started where that differs. */
const programs: Record<string, { readonly runtimes: Commands; readonly prints: readonly string[] }> = {
  threads: {
    runtimes: startedBy,
    prints: ["Three threads found 9592 primes below 100000", "A pool found 9592 primes below 100000"],
  },
  processes: {
    runtimes: startedWithProcessesBy,
    prints: [
      "Three processes added 1 to 300 up: 45150",
      "A process that is killed: WorkerCrashedError",
      "Its pool goes on: 1, 4, 9",
    ],
  },
};

for (const [name, { runtimes, prints }] of Object.entries(programs)) {
  describe(`the program ${name}, unchanged`, () => {
    for (const [runtime, command] of Object.entries(runtimes)) {
      it(`prints on ${runtime} what it prints elsewhere`, async () => {
        assert.deepEqual(await run(new URL(`../src/${name}.js`, import.meta.url), command), prints);
      });
    }
  });
}
