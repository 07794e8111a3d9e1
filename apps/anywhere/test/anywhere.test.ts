import assert from "node:assert/strict";
import { run } from "@heddle/app-demo-tests";
import { describe, it } from "vitest";
import { startedBy } from "../../../scripts/programs.mjs";

type Runtime = keyof typeof startedBy;

/** What each program prints, wherever it runs, and where it does. */
const programs: Record<string, { readonly runtimes: readonly Runtime[]; readonly prints: readonly string[] }> = {
  threads: {
    runtimes: ["Node", "Bun", "Deno"],
    prints: ["Three threads found 9592 primes below 100000", "A pool found 9592 primes below 100000"],
  },
  processes: {
    runtimes: ["Node"],
    prints: [
      "Three processes added 1 to 300 up: 45150",
      "A process that is killed: WorkerCrashedError",
      "Its pool goes on: 1, 4, 9",
    ],
  },
};

for (const [name, { runtimes, prints }] of Object.entries(programs)) {
  describe(`the program ${name}, unchanged`, () => {
    for (const runtime of runtimes) {
      it(`prints on ${runtime} what it prints elsewhere`, async () => {
        assert.deepEqual(await run(new URL(`../src/${name}.js`, import.meta.url), startedBy[runtime]), prints);
      });
    }
  });
}
