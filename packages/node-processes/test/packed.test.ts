import assert from "node:assert/strict";
import { access, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, it } from "vitest";
import { compile, execute, pack, typeRoots, writeReadmeProgram } from "../../../scripts/packing.mjs";

/** The ceilings for packing and installing, as the registry may be far away, and for a program. */
const INSTALL_TIMEOUT = 180_000;
const HANG = 25_000;

/** The README's first program, as the README says that it becomes one of processes. */
const inProcesses =
  (entry: string) =>
  (program: string): string =>
    program.replaceAll("@heddle/node-threads", entry).replaceAll("Thread", "Process");

describe("packed by pnpm and installed by npm", () => {
  let home: string;
  let folder: string;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "heddle-packed-"));
    folder = join(home, "installed");
    const tarballs = await pack(join(home, "tarballs"), ["core", "node-processes"]);
    await mkdir(folder);
    await writeFile(join(folder, "package.json"), '{ "private": true }');
    await execute("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...tarballs], folder);
  }, INSTALL_TIMEOUT);

  afterAll(() => rm(home, { recursive: true, force: true }));

  it("brings what is needed: core, and koffi without its install script", async () => {
    await access(join(folder, "node_modules/@heddle/node-processes/dist/cluster.d.ts"));
    const installed = (await readdir(join(folder, "node_modules"))).filter((name) => !name.startsWith("."));
    assert.deepEqual(installed.sort(), ["@heddle", "@koromix", "acorn", "koffi"]);
  });

  for (const entry of ["@heddle/node-processes", "@heddle/node-processes/cluster"]) {
    it(`runs the README's first program with one import changed: ${entry}`, async () => {
      await writeReadmeProgram("hello.mjs", folder, "hello.mjs", inProcesses(entry));
      const printed = await execute("node", ["hello.mjs"], folder, HANG);
      assert.deepEqual(
        printed.trim().split("\n").sort(),
        [1, 2, 3, 4].map((n) => `Hello from Process-${n} (greet)`),
      );
    });

    it(`finds its types: ${entry}`, async () => {
      const name = entry.endsWith("cluster") ? "cluster.mts" : "primes.mts";
      await writeReadmeProgram("primes.ts", folder, name, inProcesses(entry));
      await compile(folder, name, ["--module", "nodenext", "--noEmit", "--typeRoots", typeRoots, "--types", "node"]);
    });
  }
});
