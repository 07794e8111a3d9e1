import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, it } from "vitest";

const folder = fileURLToPath(new URL("programs/launched", import.meta.url));
/** Milliseconds after which a program that does not end is stopped, which fails its test. */
const HANG = 25_000;

/** The output of a program of the folder that is started so. */
function printed(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; input?: string } = {},
): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    cwd: options.cwd ?? folder,
    env: { ...process.env, ...options.env },
    input: options.input ?? "",
    encoding: "utf8",
    timeout: HANG,
  });
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

const start = (backend: string, ...args: string[]): string => printed(args, { env: { HEDDLE_LOOM: backend } });

for (const backend of ["@heddle/node-threads", "@heddle/node-processes"]) {
  const text = `import { inline, Worker } from "${backend}";
    console.log("ran", await new Worker(inline(() => 7 * 7)).start().result);`;
  const ways: Record<string, () => string> = {
    "by its path": () => start(backend, "start.js"),
    "by its path without the extension": () => start(backend, "start"),
    "by its folder, whose package.json names it": () => start(backend, "."),
    "by its folder's path": () => printed([folder], { cwd: tmpdir(), env: { HEDDLE_LOOM: backend } }),
    "through a link": () => {
      const link = join(tmpdir(), `heddle-link-${process.pid}.js`);
      symlinkSync(join(folder, "start.js"), link);
      try {
        return start(backend, link);
      } finally {
        rmSync(link);
      }
    },
    "by a process manager": () =>
      printed(["manager.cjs"], {
        env: { HEDDLE_LOOM: backend, pm_id: "0", pm_exec_path: join(folder, "start.js") },
      }),
    "by a process manager, in a cluster": () =>
      printed(["cluster-manager.cjs"], {
        env: { HEDDLE_LOOM: backend, pm_id: "0", pm_exec_path: join(folder, "start.js") },
      }),
    "by a CommonJS entry that imports it": () => start(backend, "entry.cjs"),
    "by a CommonJS entry that requires it by a loader": () => start(backend, "loader-entry.cjs"),
    "by an ES module that does nothing but import it": () => start(backend, "only-imports.mjs"),
    "by a CommonJS module that does nothing but require it": () => start(backend, "only-requires.cjs"),
    "as text, by -e": () => start(backend, "--input-type=module", "-e", text),
    "as text, on the standard input": () => printed(["--input-type=module", "-"], { input: text }),
  };
  describe(`with ${backend}, a program runs, and isMain is true in it, when it is started`, () => {
    for (const [way, run] of Object.entries(ways)) it(way, () => assert.equal(run(), "ran 49"));
  });

  it(`with ${backend}, a task in a program given by its text is refused with what to do`, () => {
    const lines = (importing: string, meta: string) =>
      `${importing}; const nowhere = task(${meta}, function nowhere() {});
       new Worker(nowhere).start().result.catch((error) => console.log(error.message));`;
    const texts = [
      ["--input-type=module", "-e", lines(`import { task, Worker } from "${backend}"`, "import.meta")],
      ["-e", lines(`const { task, Worker } = require("${backend}")`, "module")],
    ];
    for (const text of texts)
      assert.match(start(backend, ...text), /\[eval1?\] failed to load: .*put the task into a file/s);
    const [, , module = ""] = texts[0] ?? [];
    assert.match(printed(["--input-type=module", "-"], { input: module }), /put the task into a file/);
  });

  it(`with ${backend}, a task of a REPL is refused with what to do`, () => {
    const input = `require("${backend}").task(module, function nowhere() {})\n`;
    assert.match(printed(["-i"], { input }), /TypeError: task was given the module of a REPL.*inline\(fn\)/);
  });

  it(`with ${backend}, a task whose module needs a loader that workers lack is refused with what to do`, () => {
    const text = `import { tasksFrom, Worker } from "${backend}";
      const { nowhere } = tasksFrom(new URL("tasks.unknown", "file://" + process.cwd() + "/"));
      await new Worker(nowhere).start().result.catch((error) => console.log(error.message));`;
    const message = start(backend, "--input-type=module", "-e", text);
    assert.match(
      message,
      /Unknown file extension.*NODE_OPTIONS=--import=tsx.*include the program's own, process\.execArgv/s,
    );
  });

  it(`with ${backend}, NODE_OPTIONS are there in workers and in pools as in the program`, () => {
    const options = "--max-old-space-size=300 --enable-source-maps --require=./preloaded.cjs";
    const workers = JSON.parse(printed(["options.js"], { env: { HEDDLE_LOOM: backend, NODE_OPTIONS: options } }));
    assert.equal(workers.length, 3);
    for (const [megabytes, hasSourceMaps, preloaded] of workers) {
      // With what Node adds to it for the youngest objects.
      assert.ok(megabytes >= 300 && megabytes < 600, String(megabytes));
      assert.deepEqual([hasSourceMaps, preloaded], [true, 1]);
    }
  });
}

describe("import.meta of a bundler", () => {
  it("the source's URL, written into the file: the file that runs is the module", () => {
    assert.equal(start("@heddle/node-threads", "written.mjs"), "ran 49");
  });
  it("nothing: the file that runs is the module", () =>
    assert.equal(start("@heddle/node-threads", "emptied.mjs"), "ran 49"));
  it("is left as it is where another module's import.meta is passed on", () => {
    assert.equal(start("@heddle/node-threads", "passed-on.mjs"), "passed-on.mjs 49");
  });
});

describe("isMain", () => {
  it("is false in a module that another program imports", () => {
    assert.equal(printed(["library.cjs"]), "imported");
    assert.equal(printed(["-e", "import('./start.js').then(() => console.log('imported'))"]), "imported");
  });
});
