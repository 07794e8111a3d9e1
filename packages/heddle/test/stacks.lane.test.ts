import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, it } from "vitest";
import { testedWithProcessesBy } from "../../../scripts/programs.mjs";

const program = fileURLToPath(new URL("programs/stacks/stacks.mjs", import.meta.url));
const modules = fileURLToPath(new URL("../node_modules", import.meta.url));

describe("the stack of each error that Heddle makes begins with the line that made the call", () => {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "heddle-stacks-")));
  /** Folders of programs, named as ours are. */
  const folders = ["packages/core/src", "heddle/core/dist", "@heddle/pool/src", "with blanks/packages/core/dist"];

  beforeAll(() => {
    symlinkSync(modules, join(home, "node_modules"));
    for (const folder of folders) {
      mkdirSync(join(home, folder), { recursive: true });
      copyFileSync(program, join(home, folder, "stacks.mjs"));
    }
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  async function check(file: string, backend: string, [command, ...options]: readonly string[]): Promise<string> {
    const env = { ...process.env, HEDDLE_LOOM: backend };
    const { stdout } = await promisify(execFile)(command ?? "", [...options, file], { env, cwd: dirname(file) });
    const lines = stdout.trim().split("\n");
    const last = lines.pop() ?? "";
    assert.equal(lines.pop(), "misled: 0");
    assert.equal(lines.length, 101, stdout);
    assert.deepEqual(
      lines.filter((line) => !/: \w+ first$/.test(line)),
      [],
    );
    return last;
  }

  for (const [backend, command] of [
    ["@heddle/node-threads", [process.execPath]],
    ["@heddle/bun", testedWithProcessesBy.Bun],
    ["@heddle/deno", testedWithProcessesBy.Deno],
  ] as const) {
    it(`on ${backend}`, async () => {
      await check(program, backend, command);
    });
  }

  it("on @heddle/node-processes, with source maps, which workers have, too", async () => {
    const last = await check(program, "@heddle/node-processes", [process.execPath, "--enable-source-maps"]);
    assert.equal(last, "source maps in a worker: true");
  });

  for (const folder of folders) {
    it(`in a program's own folder ${folder}`, () =>
      check(join(home, folder, "stacks.mjs"), "@heddle/node-threads", [process.execPath]));
  }
});
