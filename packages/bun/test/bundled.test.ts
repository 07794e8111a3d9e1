import { afterAll, beforeAll, describe, it } from "bun:test";
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execute, outputOf, program } from "./program.js";

const source = (name: string): string => fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));

/** Programs, and what they print however they are run. */
const programs: Record<string, string[]> = {
  "never-closed": ["[ 2, 4, 6 ] 8 true 0"],
  namesakes: ["hello Ada and HELLO ADA"],
  inlined: ["[ 10, 255 ]"],
  processes: ["[ 2, 4, 6 ] 81", 'true [ "given" ]', "WorkerCrashedError -9"],
};

describe("a TypeScript program", () => {
  let folder: string;

  beforeAll(async () => {
    // Nothing can be loaded from there but what is built into it.
    folder = await mkdtemp(join(tmpdir(), "heddle-bun-"));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Builds the program, and gives the command that runs what was built. */
  async function build(name: string, ...options: string[]): Promise<string[]> {
    const isExecutable = options.includes("--compile");
    const built = join(folder, isExecutable ? name : `${name}.js`);
    const { exitCode, stderr } = await execute([
      ...[process.execPath, "build", source(name), ...options],
      ...["--target=bun", `--outfile=${built}`],
    ]);
    assert.equal(exitCode, 0, stderr.join("\n"));
    return isExecutable ? [built] : [process.execPath, "run", built];
  }

  for (const [name, printed] of Object.entries({ ...programs, elsewhere: ["49"] })) {
    it(`runs from its source: ${name}`, async () => {
      assert.deepEqual(await outputOf([...program(name), "given"], folder), printed);
    });
  }

  for (const [name, printed] of Object.entries(programs)) {
    for (const options of [[], ["--minify"], ["--compile"], ["--compile", "--bytecode", "--format=esm", "--minify"]]) {
      it(`runs built by bun build ${[...options, name].join(" ")}`, async () => {
        assert.deepEqual(await outputOf([...(await build(name, ...options)), "given"], folder), printed);
      });
    }
  }

  it("finds in an executable the modules that were built into it as entries, and no others", async () => {
    assert.deepEqual(await outputOf(await build("elsewhere", source("arithmetic"), "--compile")), ["49"]);
    const { stderr, exitCode } = await execute(await build("elsewhere", "--compile"));
    assert.match(stderr.join("\n"), /HEDDLE_TASK_NOT_FOUND|Cannot find module/);
    assert.equal(exitCode, 1);
  });
});
