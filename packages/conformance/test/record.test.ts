import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "vitest";
import { type RecordedTest, recorded } from "../src/record.js";
import type { ConformanceOptions } from "../src/suite.js";

const capabilities = { kind: "thread", mainMayBlock: true } as ConformanceOptions["capabilities"];
const adapter = { adapter: { name: "@some/adapter", url: "file:///", capabilities } } as ConformanceOptions["adapter"];

describe("HEDDLE_RECORD", () => {
  let folder: string;
  let tests: (() => Promise<void>)[];
  let options: ConformanceOptions;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "heddle-record-"));
    tests = [];
    options = { describe: (_, body) => body(), it: (_, body) => void tests.push(body), adapter, capabilities };
  });

  afterEach(async () => {
    delete process.env.HEDDLE_RECORD;
    await rm(folder, { recursive: true });
  });

  async function readRecord(): Promise<object[]> {
    const [file = "", ...others] = await readdir(folder);
    assert.deepEqual(others, []);
    const text = await readFile(join(folder, file), "utf8");
    return text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  }

  it("has the adapter and its capabilities, the tests declared, and those passed", async () => {
    process.env.HEDDLE_RECORD = folder;
    const { it } = recorded(options, "lock");
    it("passes", async () => {});
    it("fails", () => Promise.reject(new Error("as it should")));
    it("never runs", async () => {});
    await tests[0]?.();
    await assert.rejects(tests[1]?.() as Promise<void>, /as it should/);
    const test = (test: RecordedTest["test"]): RecordedTest => ({ contract: "lock", test });
    assert.deepEqual(await readRecord(), [
      { contract: "lock", adapter: "@some/adapter", capabilities, runtime: `Node ${process.versions.node}` },
      ...[test("declared"), test("declared"), test("declared"), test("passed")],
    ]);
  });

  it("is not written unless it is asked for", async () => {
    recorded(options, "lock").it("passes", async () => {});
    await tests[0]?.();
    assert.deepEqual(await readdir(folder), []);
  });
});
