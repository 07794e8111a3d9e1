import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { execArgvForWorkers, NODE_OPTIONS_OF_WORKERS, optionsOf } from "../src/exec-argv.js";

describe("the options of a worker", () => {
  it("are this process's, but for those that give Node a program by its text", () => {
    const kept = ["--import", "./hooks.mjs", "--max-old-space-size=64", "-r", "x"];
    assert.deepEqual(execArgvForWorkers([...kept]), kept);
    assert.deepEqual(execArgvForWorkers(["-e", "work()", ...kept]), kept);
    assert.deepEqual(execArgvForWorkers([...kept, "--eval=work()", "--input-type=module"]), kept);
    assert.deepEqual(execArgvForWorkers(["--input-type", "module", "-p", "work()", ...kept]), kept);
    assert.deepEqual(execArgvForWorkers(["-i", ...kept, "--check"]), kept);
  });

  it("have of the command ts-node's own the modules to require", () => {
    const program = "/lib/node_modules/ts-node/dist/bin-esm.js";
    const options = ["--transpile-only", "-r", "x", "-P", "tsconfig.json", "--require=y", "--require", "z", "-T", "-r"];
    const kept = ["--import", "./hooks.mjs", "-r", "x", "--require=y", "--require", "z"];
    assert.deepEqual(execArgvForWorkers(["--import", "./hooks.mjs", "-e", "work()", program, ...options]), kept);
  });

  it("that a program gives are arrays of strings, and those of Node alone", () => {
    for (const check of Object.values(NODE_OPTIONS_OF_WORKERS)) {
      assert.equal(check(["--a", "b"]), undefined);
      for (const wrong of ["--a", [1], { length: 0 }, null]) assert.equal(check(wrong), "an array of strings");
    }
    const given = { argv: ["a"], name: "another's" };
    assert.deepEqual([optionsOf(given), optionsOf({ execArgv: undefined })], [{ argv: ["a"] }, {}]);
  });
});
