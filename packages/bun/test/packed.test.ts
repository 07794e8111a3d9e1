import { afterAll, beforeAll, describe, it } from "bun:test";
import assert from "node:assert/strict";
import { access, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as packing from "../../../scripts/packing.mjs";
import { outputOf } from "./program.js";

/** The ceiling for packing and installing: the registry may be far away. */
const INSTALL_TIMEOUT = 180_000;

/** Programs that were written for Node's threads do the same here. */
const inBun = (program: string): string => program.replaceAll("@heddle/node-threads", "@heddle/bun");
const inProcesses = (program: string): string => program.replaceAll("@heddle/node-threads", "@heddle/bun/processes");

/** How Bun tells TypeScript to find modules (`bun init`), with globals from Bun's types or from nowhere. */
const resolution = [
  "--module",
  "preserve",
  "--moduleResolution",
  "bundler",
  "--allowImportingTsExtensions",
  "--noEmit",
];
const globals = {
  // Bun's types do not get on with those of the oldest Node, which are installed here, and would be checked along with ours.
  "@types/bun": ["--lib", "esnext", "--types", "bun", "--typeRoots", packing.typeRoots, "--skipLibCheck"],
  "no other types": ["--lib", "esnext,dom", "--types", "", "--skipLibCheck", "false"],
};

describe("packed by pnpm and installed by bun into an empty project", () => {
  let home: string;
  let folder: string;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "heddle-packed-"));
    folder = join(home, "installed");
    await mkdir(folder);
    const tarballs = await packing.pack(join(home, "tarballs"), ["core", "bun"]);
    // Bun takes a package in package.json before one in the registry: the packed core is the one that the packed adapter gets.
    const core = tarballs.find((name) => name.includes("heddle-core"));
    await writeFile(join(folder, "package.json"), JSON.stringify({ overrides: { "@heddle/core": core } }));
    await packing.execute(process.execPath, ["add", ...tarballs], folder);
    await packing.writeReadmeProgram("hello.mjs", folder, "hello.js", inBun);
    await packing.writeReadmeProgram("primes.ts", folder, "primes.ts", inBun);
    await packing.writeReadmeProgram("primes.ts", folder, "primes-by-processes.ts", inProcesses);
    const wrongTypes = new URL("../../node-threads/test/packed/programs/wrong-types.mts", import.meta.url);
    await writeFile(join(folder, "wrong-types.ts"), inBun(await readFile(fileURLToPath(wrongTypes), "utf8")));
  }, INSTALL_TIMEOUT);

  afterAll(() => rm(home, { recursive: true, force: true }));

  it("brings what is needed and nothing of how it was made", async () => {
    for (const name of ["core", "bun"]) {
      const installed = join(folder, "node_modules/@heddle", name);
      const files = (await readdir(installed)).filter((file) => file !== ".bun-tag");
      // A folder for bundlers that do not read package.json's exports.
      const ofCore = name === "core" ? ["exports", "surface"] : [];
      assert.deepEqual(files.sort(), ["LICENSE", "README.md", "dist", "package.json", ...ofCore].sort());
      await access(join(installed, "dist/index.d.ts"));
    }
    const modules = (await readdir(join(folder, "node_modules"))).filter((name) => !name.startsWith("."));
    assert.deepEqual(modules.sort(), ["@heddle", "acorn"]);
  });

  it("runs the README's programs, the TypeScript one from its source", async () => {
    const greetings = await outputOf([process.execPath, "run", "hello.js"], folder);
    assert.deepEqual(
      greetings.sort(),
      [1, 2, 3, 4].map((n) => `Hello from Thread-${n} (greet)`),
    );
    for (const program of ["primes.ts", "primes-by-processes.ts"]) {
      assert.deepEqual(await outputOf([process.execPath, "run", program], folder), ["[ 9592, 17984, 25997 ]"]);
    }
  });

  for (const [name, types] of Object.entries(globals)) {
    it(`has types, which let the README's program through and refuse wrong ones, with globals from ${name}`, async () => {
      await packing.compile(folder, "primes.ts", [...resolution, ...types]);
      await packing.compile(folder, "primes-by-processes.ts", [...resolution, ...types]);
      await packing.compile(folder, "wrong-types.ts", [...resolution, ...types]);
    });
  }
});
