import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, it } from "vitest";

const binary = (name: string): string => fileURLToPath(new URL(`../../../node_modules/.bin/${name}`, import.meta.url));

/** How a program is run on each runtime, which adapter it gets there, and what it is told of processes. */
const runtimes: Record<string, { command: readonly [string, ...string[]]; adapter: string; processes: string }> = {
  Node: { command: [process.execPath], adapter: "@heddle/node-threads", processes: "@heddle/node-processes" },
  Bun: { command: [binary("bun"), "run"], adapter: "@heddle/bun", processes: "HEDDLE_UNSUPPORTED" },
  Deno: {
    command: [binary("deno"), "run", "--allow-read"],
    adapter: "@heddle/deno",
    processes: "HEDDLE_UNSUPPORTED",
  },
};

async function run([file, ...args]: readonly [string, ...string[]], name: string): Promise<string> {
  const program = fileURLToPath(new URL(`programs/${name}.mjs`, import.meta.url));
  return (await promisify(execFile)(file, [...args, program])).stdout.trim();
}

for (const [runtime, { command, adapter, processes }] of Object.entries(runtimes)) {
  describe(`on ${runtime}`, () => {
    it("the same program runs with the runtime's own adapter", async () => {
      assert.deepEqual(JSON.parse(await run(command, "anywhere")), {
        adapter,
        total: 300,
        greeted: ["Thread-1 (count)", "Thread-2 (count)", "Thread-3 (count)"],
      });
    });

    it("processes are there, or the import says that they are not", async () => {
      assert.equal(await run(command, "processes"), processes);
    });
  });
}
