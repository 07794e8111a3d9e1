import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, it } from "vitest";
import { execute } from "../../../scripts/packing.mjs";
import { testedWithProcessesBy } from "../../../scripts/programs.mjs";

const packages = fileURLToPath(new URL("../../", import.meta.url));
const program = fileURLToPath(new URL("programs/copies/", import.meta.url));

const OUTPUT = [
  "copies true",
  "the library's error 5",
  "the library's class 7",
  "QueueEmptyError true true",
  "TimeoutError true true",
];

/** Installs copies of the built packages in `folder`. */
function install(folder: string): void {
  for (const name of ["core", "node-threads", "node-processes", "bun", "deno"]) {
    cpSync(join(packages, name), join(folder, "@heddle", name), {
      recursive: true,
      filter: (path) => !/^(?:node_modules|src|test)$/.test(basename(path)),
    });
  }
  for (const [name, from] of [
    ["acorn", "core"],
    ["koffi", "node-processes"],
  ] as const) {
    symlinkSync(realpathSync(join(packages, from, "node_modules", name)), join(folder, name));
  }
}

describe("a program and a library of it that have a copy of Heddle each", () => {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "heddle-copies-")));

  beforeAll(() => {
    cpSync(program, home, { recursive: true });
    // Without it, Deno looks for no packages.
    writeFileSync(join(home, "package.json"), "{}");
    for (const folder of ["node_modules", "library/node_modules"]) {
      mkdirSync(join(home, folder));
      install(join(home, folder));
    }
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  for (const [backend, runtime] of [
    ["@heddle/node-threads", "Node"],
    ["@heddle/node-processes", "Node"],
    ["@heddle/bun", "Bun"],
    ["@heddle/bun/processes", "Bun"],
    ["@heddle/deno", "Deno"],
    ["@heddle/deno/processes", "Deno"],
  ] as const) {
    it(`send each other's classes and errors, which arrive as such, by ${backend}`, async () => {
      const [command, ...options] = testedWithProcessesBy[runtime];
      const env = { HEDDLE_LOOM: backend };
      const printed = await execute(command, [...options, "main.mjs"], home, 25_000, env);
      assert.deepEqual(printed.trimEnd().split("\n"), OUTPUT);
    });
  }
});
