import assert from "node:assert/strict";
import { once } from "node:events";
import { access, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, it } from "vitest";
import { compile, globals, install, run, start, writePrograms, writeReadmeProgram } from "./installation.js";

/** The ceiling for packing and installing: the registry may be far away. */
const INSTALL_TIMEOUT = 180_000;

const greetings = (taskName: string): string[] => [1, 2, 3, 4].map((n) => `Hello from Thread-${n} (${taskName})`);

describe("packed by pnpm and installed by npm", () => {
  let home: string;
  let folder: string;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "heddle-packed-"));
    folder = join(home, "installed");
    await install(folder);
    await writeReadmeProgram("hello.mjs", folder, "hello.mjs");
    await writeReadmeProgram("primes.ts", folder, "primes.mts");
    await writePrograms(folder, "idle-pool.mjs", "never-closed.mjs", "namesakes.mjs", "louder.mjs", "wrong-types.mts");
  }, INSTALL_TIMEOUT);

  afterAll(() => rm(home, { recursive: true, force: true }));

  it("brings three packages, nothing of how they were made, and runs no scripts", async () => {
    const modules = join(folder, "node_modules");
    for (const name of ["core", "node-threads"]) {
      const files = await readdir(join(modules, "@heddle", name));
      // A folder for bundlers that do not read package.json's exports.
      const ofCore = name === "core" ? ["exports", "surface"] : [];
      assert.deepEqual(files.sort(), ["LICENSE", "README.md", "dist", "package.json", ...ofCore].sort());
      await access(join(modules, "@heddle", name, "dist/index.d.ts"));
    }
    const installed = (await readdir(modules)).filter((name) => !name.startsWith("."));
    assert.deepEqual(installed.sort(), ["@heddle", "acorn"]);
    for (const name of ["@heddle/core", "@heddle/node-threads", "acorn"]) {
      const { scripts = {} } = JSON.parse(await readFile(join(modules, name, "package.json"), "utf8"));
      assert.deepEqual(
        Object.keys(scripts).filter((script) => /install$/.test(script)),
        [],
        name,
      );
    }
  });

  it("runs the README's first program", async () => {
    assert.deepEqual((await run(folder, "hello.mjs")).sort(), greetings("greet"));
  });

  it("compiles and runs the README's TypeScript program", async () => {
    await compile(folder, "primes.mts");
    assert.deepEqual(await run(folder, "primes.mjs"), ["[ 9592, 17984, 25997 ]"]);
  });

  for (const [name, types] of Object.entries(globals)) {
    it(`refuses wrong types, with globals from ${name}`, async () => {
      await compile(folder, "wrong-types.mts", types);
    });
  }

  it("lets a program end whose pools are idle and were never closed", async () => {
    assert.deepEqual(await run(folder, "never-closed.mjs"), ["[ 2, 4, 6 ] 8 true 0"]);
  });

  it("uses no CPU while a pool is idle", async () => {
    const program = start(folder, "idle-pool.mjs");
    const ended = once(program, "exit");
    await once(program, "message");
    const used = async (): Promise<{ at: number; cpu: number; wakeUps: number }> => {
      const answer = once(program, "message");
      program.send("what have you used?");
      return (await answer)[0];
    };
    const before = await used();
    // The time between is as long as another program takes here and now.
    await run(folder, "hello.mjs");
    const after = await used();
    program.disconnect();
    assert.deepEqual(await ended, [0, null]);
    const period = after.at - before.at;
    // One spinning thread takes a whole CPU, or its share of a busy machine; sleeping ones take none of either. A machine
    // under load makes the period longer, not the CPU that is used in it.
    assert.ok(after.cpu - before.cpu < period / 5, `used ${after.cpu - before.cpu} ms of CPU in ${period} ms`);
    // A polling timer takes little CPU, but wakes its thread over and over. Nothing here is due but the message.
    assert.ok(
      after.wakeUps - before.wakeUps < 10 + period / 50,
      `woke ${after.wakeUps - before.wakeUps} times in ${period} ms`,
    );
  });

  for (const minify of [false, true]) {
    it(`works bundled into one file by esbuild${minify ? ", minified" : ""}`, async () => {
      // Nothing can be loaded here but the bundles.
      const bundled = join(home, minify ? "minified" : "bundled");
      await build({
        absWorkingDir: folder,
        entryPoints: ["hello.mjs", "primes.mts", "namesakes.mjs"],
        outdir: bundled,
        outExtension: { ".js": ".mjs" },
        bundle: true,
        minify,
        format: "esm",
        platform: "node",
        target: "node20",
        logLevel: "warning",
      });
      // Bundlers rename functions, and threads are named after them.
      const greeted = (await run(bundled, "hello.mjs")).map((line) => line.replace(/\(.+\)/, "(renamed)"));
      assert.deepEqual(greeted.sort(), greetings("renamed"));
      assert.deepEqual(await run(bundled, "primes.mjs"), ["[ 9592, 17984, 25997 ]"]);
      assert.deepEqual(await run(bundled, "namesakes.mjs"), ["hello Ada and HELLO ADA"]);
    });
  }
});
