import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { conformance } from "@heddle/conformance";
import * as heddle from "@heddle/node-threads";
import { describe, expect, it } from "vitest";
import * as hoarding from "./fixtures/hoarding-lock.mjs";

const folder = fileURLToPath(new URL("..", import.meta.url));
const command = "node_modules/@heddle/conformance/bin/heddle-conformance.js";

function run(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { cwd: folder, encoding: "utf8" });
  return { status, output: stdout + stderr };
}

describe("heddle-conformance", () => {
  it("runs one contract of an adapter that keeps it", () => {
    const { status, output } = run("@heddle/node-threads", "--contract", "errors");
    // These look at stacks, in which the suite's own frames stand for the program's.
    expect(output).toMatch(/^errors {2}\d+ passed$/m);
    expect(output).not.toContain("event");
    expect(status).toBe(0);
  });

  it("names the first contract that a broken adapter fails, and the test", () => {
    const broken = "test/fixtures/broken-event.mjs";
    const { status, output } = run(broken, "--bail", "--contract", "task", "--contract", "event", "--contract", "lock");
    expect(output).toMatch(/^task {3}\d+ passed$/m);
    expect(output).toContain(
      "First failing contract: event\n\n  Event > set and clear may be repeated; once set, nobody waits until it is cleared",
    );
    expect(output).toMatch(/AssertionError[\s\S]*\n\s+at /);
    expect(output).not.toMatch(/^lock/m);
    expect(status).toBe(1);
  });

  it("lists the contracts, and refuses what is none of them", () => {
    expect(run("--list").output.split("\n")).toContain("condition");
    expect(run("@heddle/node-threads", "--contract", "knot")).toEqual({
      status: 1,
      output: 'There is no contract "knot": see --list\n',
    });
  });
});

describe("the check that nothing is left over", () => {
  const { capabilities } = heddle.adapter;
  const tests = new Map<string, () => Promise<void>>();
  const collect = (name: string, body: () => Promise<void>): void => void tests.set(name, body);
  conformance({ describe: (_, body) => body(), it: collect, adapter: hoarding, capabilities, waitLimit: 50 }, ["lock"]);

  it("fails a test of a lock that is kept", async () => {
    const [, holdAndRun] = [...tests].find(([name]) => name.startsWith("hold and run release")) ?? [];
    await expect(holdAndRun?.()).rejects.toThrow("left behind: 1 objects in the region");
  });
});
