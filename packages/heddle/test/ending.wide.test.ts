import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "vitest";
import { runtimesOfLane as runtimes } from "./processes.js";
import { type Ended, run, runWith } from "./run.js";

/** The output of every task, each with all of its lines, in order. */
function assertWhole(lines: readonly string[], tasks: readonly string[] = ["a", "b", "c"]): void {
  for (const name of tasks) {
    const own = lines.filter((line) => line.startsWith(`${name} `));
    assert.deepEqual(
      own,
      Array.from({ length: 1000 }, (_, n) => `${name} ${n} ${"-".repeat(40)}`),
      `${own.length} lines of ${name}`,
    );
  }
  assert.equal(lines.length, tasks.length * 1000);
}

function inFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "heddle-"));
  return act(folder).finally(() => rmSync(folder, { recursive: true }));
}

for (const kind of ["threads", "processes"] as const) {
  for (const runtime of runtimes) {
    if (kind === "threads" && runtime === "Node, portably") continue;
    const end = (how: string, ...args: string[]): Promise<Ended> => run(runtime, "ending", kind, how, ...args);

    describe(`the ends of ${kind}, on ${runtime}`, () => {
      for (const how of ["close", "dispose", "terminate", "idle", "recycled", "end", "joinSync"]) {
        it(`lose no line that a task printed: ${how}`, async () => {
          const { code, stdout, stderr } = await end(how);
          assertWhole(stdout);
          assert.deepEqual([code, stderr], [0, []]);
        });
      }

      it("lose no line that a task printed, even if the program throws or exits next", async () => {
        const thrown = await end("throw");
        assertWhole(thrown.stdout);
        assert.match(thrown.stderr.join("\n"), /the next thing/);
        const exited = await end("exit");
        assertWhole(exited.stdout);
        assert.deepEqual([exited.code, exited.stderr], [3, []]);
      });

      it("hang no main worker that blocks while a worker prints more than a pipe holds, in whatever way", async () => {
        const lines = 1500;
        const { code, stdout, stderr } = await run(runtime, "blocked-ways", kind, String(lines));
        assert.deepEqual([code, stderr], [0, []]);
        const ways = stdout.at(-1)?.replace("blocked by ", "").split(",") ?? [];
        assert.ok(ways.length > 30 && ways.includes("Queue.getSync"), stdout.at(-1));
        const printed = ways.flatMap((way) => Array.from({ length: lines }, (_, n) => `${way} ${n} ${"-".repeat(40)}`));
        assert.deepEqual(stdout.slice(0, -1), printed);
      });

      for (const how of ["leaveClosed", "leaveOpen"]) {
        it(`let a worker finish what it has to do: ${how}`, () =>
          inFolder(async (folder) => {
            const { code, stderr } = await end(how, folder);
            assert.deepEqual([code, stderr], [0, []]);
            assert.equal(readFileSync(join(folder, "exits"), "utf8"), "finalizer\nexit\n");
            assert.equal(readFileSync(join(folder, "stream"), "utf8").split("\n").length, 1001);
          }));
      }

      it("do not wait for ever for what a worker keeps: the program ends, and so does the pool, which says so", async () => {
        assert.deepEqual(await end("timer"), {
          code: 0,
          signal: null,
          stdout: ["the program has nothing left to do"],
          stderr: [],
        });
        const { stdout } = await end("stopTimeout");
        assert.match(stdout[0] ?? "", /^TimeoutError: slow-1 was stopped with its pool, but did not end within 50 ms/);
        assert.deepEqual(stdout.slice(1), ["1"]);
      });

      it("are no ends where the program goes on: its pool then has other workers", async () => {
        const { code, stdout, stderr } = await end("again");
        assert.deepEqual([code, stdout, stderr], [0, ["2", "3"], []]);
      });

      it("do not come before the result of a daemon that is awaited, here or in another daemon", async () => {
        for (const how of ["daemon", "daemonOfDaemon"]) {
          const { code, stdout, stderr } = await end(how);
          assert.deepEqual([code, stdout, stderr], [0, ["5"], []], how);
        }
      });
    });
  }

  it(`code that only the ${kind} of a pool run, on Node, counts as covered`, () =>
    inFolder(async (folder) => {
      const { code } = await runWith({ NODE_V8_COVERAGE: folder }, "Node", "ending", kind, "end");
      assert.equal(code, 0);
      const functions = readdirSync(folder)
        .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")))
        .flatMap(({ result }) => result.flatMap((script: { functions: unknown[] }) => script.functions));
      assert.ok(functions.some(({ functionName, ranges }) => functionName === "printLines" && ranges[0].count > 0));
    }));
}

describe("threads on Node", () => {
  it("print to what the program has put in the place of its output, however it ends", () =>
    inFolder(async (folder) => {
      const { code, stdout, stderr } = await run("Node", "ending", "threads", "patched", folder);
      assert.deepEqual([code, stderr, stdout], [0, [], []]);
      const seen = readFileSync(join(folder, "seen"), "utf8").split("\n");
      assertWhole(seen.filter((line) => line !== ""));
    }));

  it("may be blocked for although a module of --import has printed before they began", async () => {
    const options = { NODE_OPTIONS: "--import=data:text/javascript,console.log('preloaded')" };
    const { code, stdout } = await runWith(options, "Node", "ending", "threads", "joinSync");
    assert.equal(code, 0);
    assertWhole(stdout.filter((line) => line !== "preloaded"));
  });
});
