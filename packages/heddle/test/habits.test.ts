import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "vitest";
import { run, runWith } from "./run.js";

const runtimes = ["Node", "Bun", "Deno"] as const;

for (const runtime of runtimes) {
  describe(`programs of newcomers, on ${runtime}`, () => {
    for (const backend of ["heddle", "heddle/processes"]) {
      it(`functions of inline import as the module that made them, with ${backend}`, async () => {
        const { code, stdout, stderr } = await runWith({ HEDDLE_LOOM: backend }, runtime, "habits/inline");
        assert.deepEqual([code, ...stdout], [0, "function", '["function","function","import(\\"that\\")"]', "found"]);
        assert.deepEqual(stderr, []);
      });
    }

    for (const backend of ["heddle", "heddle/processes"]) {
      it(`what is hardly ever meant is warned of at its line, with ${backend}`, async () => {
        const { code, stdout, stderr } = await runWith({ HEDDLE_LOOM: backend }, runtime, "habits/warned");
        assert.deepEqual([code, ...stdout], [0, "went on"]);
        const told = stderr.join("\n").split("HeddleWarning: ").slice(1);
        const program = await readFile(new URL("programs/habits/warned.mjs", import.meta.url), "utf8");
        const lines = ["", ...program.split("\n").map((line) => line.replace(/^.*; \/\/ /, ""))];
        for (const [n, [says, line]] of [
          [/^inline takes 2 arguments, and was given one, .* write pool\.run\(inline, \.\.\.array\)\n/, "one array"],
          [
            /^inline takes 1 argument, so the options { timeout } .* pool\.withOptions\({ timeout }\)\.run\(inline, …\)\n/,
            "options",
          ],
          [/^0\.5 is less than a millisecond, .* write 500 for 0\.5 s\n/, "seconds"],
          [/^(Thread|Process)-1 \(default\) was never started: call start\(\)\n/, "not started"],
          [/^Nothing has asked pool\.imap\(default, …\) for a value, so nothing ran: .*\n/, "not read"],
          [/^Nothing has asked pool\.iterate\(default, …\) for a value, .*\n/, "not read either"],
          [/^A task group has failed, and nobody has called its wait\(\), .*: Error: failed\n/, undefined],
        ].entries() as Iterable<[number, [RegExp, string | undefined]]>) {
          assert.match(told[n] ?? "", says);
          if (line !== undefined) assert.match(told[n] ?? "", new RegExp(`warned\\.mjs:${lines.indexOf(line)}:`));
        }
        assert.equal(told.length, 7, stderr.join("\n"));
      });

      it(`what is meant is not warned of, with ${backend}`, async () => {
        const { code, stdout, stderr } = await runWith({ HEDDLE_LOOM: backend }, runtime, "habits/warned", "used");
        assert.deepEqual([code, stdout.at(-1), ...stderr], [0, "went on"]);
      });
    }

    for (const backend of ["heddle", "heddle/processes"]) {
      it(`a wait that only its own worker could end, which has nothing else left to do, is an error at its line, with ${backend}`, async () => {
        // Deno does not say when the event loop of a thread of its own has nothing left to do.
        const workers = runtime === "Deno" && backend === "heddle" ? "" : "workers";
        const { code, stdout, stderr } = await runWith(
          { HEDDLE_LOOM: backend },
          runtime,
          "habits/nobody-ends",
          workers,
        );
        const told = (what: string): string => `${what} DeadlockError true true`;
        const ofWorkers = workers === "" ? [] : [told("target"), told("task"), "another call true"];
        assert.deepEqual(stdout, [told("own lock"), told("event"), ...ofWorkers, "true"], stderr.join("\n"));
        assert.notEqual(code, 0);
        assert.match(stderr.join("\n"), /DeadlockError: This wait for Event .* can never end/);
        if (runtime !== "Deno") assert.match(stderr.join("\n"), /nobody-ends\.mjs:/);
      });
    }

    for (const backend of ["heddle", "heddle/processes"]) {
      it(`a wait that the handler of a signal ends lasts until then, with ${backend}`, async () => {
        for (const way of runtime === "Deno" ? ["process", "own way"] : ["process"]) {
          const { code, stdout, stderr } = await runWith({ HEDDLE_LOOM: backend }, runtime, "habits/until-signal", way);
          assert.deepEqual([code, ...stdout, ...stderr], [0, "true"]);
        }
      });
    }

    it("without the main guard, an error says what to do, and the module is not evaluated again and again", async () => {
      const { code, stdout, stderr } = await run(runtime, "habits/unguarded");
      assert.notEqual(code, 0);
      // The main program, and as many workers as the pool has.
      assert.ok(stdout.length <= 3, stdout.join("\n"));
      assert.match(
        stderr.join("\n"),
        /WorkerStateError: Pool-1-\d was about to start a worker .* if \(isMain\(import\.meta\)\)/,
      );
    });

    it("without the main guard, workers that start after some input are refused as well", async () => {
      const { code, stdout, stderr } = await run(runtime, "habits/unguarded-late");
      assert.notEqual(code, 0);
      assert.deepEqual(stdout, []);
      assert.match(stderr.join("\n"), /Pool-1-1 was about to start a worker while it still evaluated/);
    });

    it("a task is the function that was meant, in whatever order modules are evaluated, or an error that says how to name it", async () => {
      const { code, stdout } = await run(runtime, "habits/order");
      const [first, second, a, b, x, y, namedX, namedY, rewritten, sum] = stdout;
      assert.deepEqual(
        [code, first, second, a, b, namedX, namedY, sum],
        [0, "first", "second", "a", "b", "x", "y", "3"],
      );
      for (const refused of [x, y])
        assert.match(refused ?? "", /^HEDDLE_TASK_NOT_FOUND .* could be one of several: .*\{ name: "…" \}/);
      assert.match(rewritten ?? "", /^HEDDLE_TASK_NOT_FOUND .* with another text\. .*\{ name: "…" \}.* Found: /);
    });

    it("a lock that a task leaves locked is told of with the line that took it, but for the first of a worker", async () => {
      const { code, stdout } = await run(runtime, "habits/left-locked");
      assert.deepEqual([code, ...stdout], [0, "false", "true", "true"]);
    });

    it("a call whose task's module is still being evaluated waits for it", async () => {
      const { code, stdout } = await run(runtime, "habits/late");
      assert.deepEqual([code, ...stdout], [0, "all right"]);
    });
  });
}

for (const runtime of ["Node", "Bun"] as const) {
  describe(`modules of CommonJS and of hot reload, on ${runtime}`, () => {
    it("a module that is evaluated again replaces its tasks, and what CommonJS exports is found", async () => {
      const { code, stdout } = await run(runtime, "habits/again");
      assert.deepEqual([code, ...stdout.slice(0, 4)], [0, "12", "15", "42", "true"]);
      assert.deepEqual(stdout.slice(4, 8), ["TypeError", "TypeError", "TypeError", "TypeError"]);
      assert.match(stdout.slice(8).join(""), /^\[\s*undefined,\s*['"]yes['"],?\s*\]$/);
    });
  });
}

it("without the main guard, a server is refused that each worker would start, on Node", async () => {
  const { stdout } = await run("Node", "habits/unguarded-server");
  assert.equal(stdout.length, 1, stdout.join("\n"));
  assert.match(
    stdout[0] ?? "",
    /^WorkerStateError: Pool-1-1 started a server .*EADDRINUSE.* under if \(isMain\(import\.meta\)\)/,
  );
});

it("without the main guard, a program is not silent that hides its errors by process.exit, on Node", async () => {
  const { stdout, stderr } = await run("Node", "habits/unguarded-exit");
  assert.deepEqual(stdout, []);
  assert.match(
    stderr.join("\n"),
    /^WorkerStateError: Pool-1-1 was about to start a worker .* if \(isMain\(import\.meta\)\)/,
  );
});

it("without the main guard, a program fails whose workers have answered before they start others, on Node", async () => {
  const { code, stderr } = await run("Node", "habits/unguarded-answered");
  assert.notEqual(code, 0);
  assert.match(
    stderr.join("\n"),
    /WorkerStateError: Pool-1-1 was about to start a worker .* if \(isMain\(import\.meta\)\)/,
  );
});

describe("execArgv and argv of workers and pools", () => {
  for (const backend of ["heddle", "heddle/processes"]) {
    it(`are Node's with ${backend}, and the program's arguments are every worker's without`, async () => {
      const { code, stdout } = await runWith({ HEDDLE_LOOM: backend }, "Node", "habits/node-options", "one", "two");
      const seen = JSON.stringify(["for", "it", "--trace-warnings"]);
      assert.deepEqual(
        [code, ...stdout],
        [0, seen, seen, "true", "TypeError: argv is an array of strings, not a string"],
      );
    });
  }
  it("are refused where the runtime has none", async () => {
    const { stdout } = await run("Bun", "habits/node-options");
    assert.match(stdout.join(""), /^TypeError: .*"execArgv".*@heddle\/node-threads/);
  });
});
