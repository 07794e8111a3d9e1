import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, it } from "vitest";
import { startedBy } from "../../../scripts/programs.mjs";

const program = fileURLToPath(new URL("programs/halves/halves.cjs", import.meta.url));

const programs = [
  ["Node", "heddle", "@heddle/core", "@heddle/core/contracts", "@heddle/node-threads"],
  ["Node", "heddle/processes", "@heddle/node-processes", "@heddle/node-processes/cluster"],
  ["Bun", "heddle", "@heddle/bun"],
  ["Bun", "heddle/processes", "@heddle/bun/processes"],
] as const;

describe("a package's half for require, beside its half for import", () => {
  for (const [runtime, backend, ...required] of programs) {
    it(`is the same program's: ${backend} on ${runtime}`, async () => {
      const [command, ...options] = startedBy[runtime];
      const env = { ...process.env, HEDDLE_LOOM: backend };
      const { stdout } = await promisify(execFile)(command, [...options, program, ...required], { env });
      const expected = ["true", "42", "true", ...required.map((name) => `${name} true`)];
      assert.deepEqual(stdout.trim().split("\n"), expected);
    });
  }
});
