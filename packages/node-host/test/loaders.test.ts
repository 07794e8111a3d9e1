import assert from "node:assert/strict";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "vitest";
import { loadersForWorkers } from "../src/loaders.js";

it("a worker of a program that ts-node runs checks types where its creator does", async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "heddle-loaders-")));
  const service = Symbol.for("ts-node.register.instance");
  const [, program] = process.argv;
  try {
    const register = join(folder, "node_modules/ts-node/register");
    await mkdir(register, { recursive: true });
    for (const name of ["index.js", "transpile-only.js"]) await writeFile(join(register, name), "");
    process.argv[1] = join(folder, "main.ts");
    for (const [options, file] of [
      [undefined, "index.js"],
      [{ transpileOnly: false }, "index.js"],
      [{ transpileOnly: true }, "transpile-only.js"],
    ] as const) {
      Reflect.set(process, service, { options });
      assert.deepEqual(loadersForWorkers("process"), [{ file: join(register, file), registers: false }]);
    }
  } finally {
    Reflect.deleteProperty(process, service);
    process.argv[1] = program as string;
    await rm(folder, { recursive: true, force: true });
  }
});
