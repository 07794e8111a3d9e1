import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "vitest";
import { compatibilityTable } from "../../../scripts/compatibility.mjs";
import { contracts as declared } from "../src/index.js";

const capabilities = {
  kind: "thread",
  workerName: "Thread",
  mainMayBlock: true,
  resourceLimits: false,
  postsObjects: true,
  sendsHandles: false,
  parallel: true,
  isolatedCrashes: false,
  endsWhenIdle: true,
  stopsBusyWorkers: true,
} as const;
const contracts = ["lock", "queue"];
const threads = { name: "@heddle/bun", runtime: "Bun 1.2.3", capabilities, contracts, kept: contracts };
const processes = {
  ...threads,
  name: "@heddle/bun/processes",
  capabilities: { ...capabilities, kind: "process", workerName: "Process", postsObjects: false } as const,
  kept: ["queue"],
};
const onNode = { ...threads, name: "@heddle/node-threads", runtime: "Node 1.2.3" };

const cells = (table: string): string[][] => table.split("\n").map((line) => line.split(" | "));

describe("the table of backends", () => {
  it("has a column for each that can be installed, Node's first, threads before processes", () => {
    const [head] = cells(compatibilityTable([processes, { ...threads, name: "of-a-test" }, threads, onNode]));
    assert.deepEqual(head, ["| ", "`node-threads`", "`bun`", "`bun/processes` |"]);
  });

  it("says what each can do, in words", () => {
    const posts = cells(compatibilityTable([threads, processes])).find(([about]) => about?.includes("MessagePort"));
    assert.deepEqual(posts?.slice(1), ["yes", "no: `SendError` |"]);
  });

  it("counts the contracts that each keeps of all that there are", () => {
    const kept = cells(compatibilityTable([threads, { ...processes, contracts: ["queue"] }])).at(-1);
    assert.deepEqual(kept?.slice(1), ["2 of 2", "1 of 2 |"]);
  });

  it("does not depend on the version of Node that it was made with", () => {
    assert.equal(compatibilityTable([onNode]), compatibilityTable([{ ...onNode, runtime: "Node 4.5.6" }]));
  });

  it("in the docs counts the contracts that the suite has today", () => {
    const document = readFileSync(new URL("../../../docs/compatibility.md", import.meta.url), "utf8");
    const counted = Array.from(document.matchAll(/\d+ of (\d+)/g), ([, all]) => Number(all));
    assert.deepEqual(new Set(counted), new Set([Object.keys(declared).length]));
  });
});
