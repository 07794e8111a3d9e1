import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, it } from "vitest";
import { execute, pack, writeReadmeProgram } from "../../../scripts/packing.mjs";
import { startedBy, startedWithProcessesBy } from "../../../scripts/programs.mjs";
import { serveRegistry } from "../../../scripts/registry.mjs";

/** The ceilings for packing and downloading, as npm's registry may be far away, and for a program. */
const DOWNLOAD_TIMEOUT = 180_000;
const HANG = 25_000;

/** The programs, and how each is started. */
const programs = {
  "@heddle/deno": startedBy.Deno,
  "@heddle/deno/processes": startedWithProcessesBy.Deno,
  heddle: startedBy.Deno,
  "heddle/processes": startedWithProcessesBy.Deno,
};
const fileOf = (name: string): string => `${name.replace("@", "").replaceAll("/", "-")}.ts`;
const files = Object.keys(programs).map(fileOf);

describe("packed by pnpm, and imported by npm: specifiers on Deno, where there is nothing but the program", () => {
  let home: string;
  let folder: string;
  let registry: Awaited<ReturnType<typeof serveRegistry>>;
  const deno = ([command, ...options]: readonly [string, ...string[]], args: string[], timeout = HANG) => {
    // Certificates as npm and Node find them: those of the system, too, where a proxy has its own.
    const env = {
      NPM_CONFIG_REGISTRY: registry.url,
      DENO_DIR: join(home, "deno"),
      DENO_TLS_CA_STORE: "mozilla,system",
      NO_COLOR: "1",
    };
    return execute(command, [...options, ...args], folder, timeout, env);
  };

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "heddle-npm-"));
    folder = join(home, "program");
    await mkdir(folder);
    const names = ["core", "node-threads", "node-processes", "bun", "deno", "heddle"];
    registry = await serveRegistry(await pack(join(home, "tarballs"), names));
    for (const name of Object.keys(programs)) {
      await writeReadmeProgram("primes.ts", folder, fileOf(name), (program) =>
        program.replaceAll("@heddle/node-threads", `npm:${name}`).replaceAll("Thread", "Worker"),
      );
    }
  }, DOWNLOAD_TIMEOUT);

  afterAll(async () => {
    registry?.close();
    await rm(home, { recursive: true, force: true });
  });

  it(
    "their types are found, by deno check",
    async () => {
      await deno([startedBy.Deno[0], "check"], files, DOWNLOAD_TIMEOUT);
    },
    DOWNLOAD_TIMEOUT,
  );

  for (const [name, command] of Object.entries(programs)) {
    it(`the README's program in TypeScript runs as it is: ${name}`, async () => {
      assert.equal(await deno(command, ["--quiet", fileOf(name)]), "[ 9592, 17984, 25997 ]\n");
      assert.deepEqual((await readdir(folder)).sort(), [...files].sort());
    });
  }

  it("Deno does not run a module in its own cache by its path: once it does, so can the processes that are started", async () => {
    const cached = await readdir(join(home, "deno/npm"), { recursive: true });
    const adapter = cached.find((file) => /@heddle\/deno\/[^/]+\/dist\/processes\.js$/.test(file));
    assert.ok(adapter, cached.join("\n"));
    await assert.rejects(
      deno(startedWithProcessesBy.Deno, [join(home, "deno/npm", adapter)]),
      /find referrer npm package/,
    );
  });
});
