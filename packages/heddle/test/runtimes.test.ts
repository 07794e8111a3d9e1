import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, it } from "vitest";
import { startedBy, startedWithProcessesBy } from "../../../scripts/programs.mjs";

/** Which adapters a program gets on each runtime, of threads and of processes. */
const runtimes = {
  Node: { adapter: "@heddle/node-threads", processes: "@heddle/node-processes" },
  Bun: { adapter: "@heddle/bun", processes: "@heddle/bun/processes" },
  Deno: { adapter: "@heddle/deno", processes: "@heddle/deno/processes" },
};

async function run(runtime: keyof typeof runtimes, name: string, commands = startedBy) {
  const [file, ...args] = commands[runtime];
  const program = fileURLToPath(new URL(`programs/${name}.mjs`, import.meta.url));
  return (await promisify(execFile)(file, [...args, program])).stdout.trim();
}

for (const [name, { adapter, processes }] of Object.entries(runtimes)) {
  const runtime = name as keyof typeof runtimes;
  describe(`on ${runtime}`, () => {
    it("the same program runs with the runtime's own adapter", async () => {
      assert.deepEqual(JSON.parse(await run(runtime, "anywhere")), {
        adapter,
        total: 300,
        greeted: ["Thread-1 (count)", "Thread-2 (count)", "Thread-3 (count)"],
      });
    });

    it("so do processes", async () => {
      assert.equal(await run(runtime, "processes", startedWithProcessesBy), processes);
    });
  });
}
