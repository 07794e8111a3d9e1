import assert from "node:assert/strict";
import { it } from "vitest";
import { faultsAt, faultsOf, sentencesOf } from "../../scripts/prose.mjs";

/** Files and folders in which every sentence is plain. A file that becomes plain is added here. */
const PLAIN = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  ...[
    "cluster",
    "compatibility",
    "deployment",
    "glossary",
    "libraries",
    "observability",
    "python-parity",
    "reliability",
    "testing",
    "toolchains",
  ].map((name) => `docs/${name}.md`),
  ...[
    "bullmq",
    "bun",
    "conformance",
    "core",
    "deno",
    "heddle",
    "node-processes",
    "node-threads",
    "opentelemetry",
    "redis",
    "unplugin",
  ].map((name) => `packages/${name}/README.md`),
  "apps",
  "bench/README.md",
  "libraries",
  "scripts/mutants",
  ...[
    "bullmq",
    "bun",
    "conformance",
    "deno",
    "node-host",
    "node-processes",
    "node-threads",
    "opentelemetry",
    "process-host",
    "redis",
    "unplugin",
  ].map((name) => `packages/${name}/src`),
];

it("sentences have at most 25 words, and no clause with who or what as its subject", () => {
  const faults = PLAIN.flatMap(faultsAt);
  assert.deepEqual(
    faults.map(({ path, line, fault, sentence }) => `${path}:${line}: ${fault}: ${sentence}`),
    [],
  );
});

it("a sentence ends at a full stop, a question or an exclamation mark", () => {
  assert.deepEqual(sentencesOf("One. Two, e.g. so? `three` …, four"), ["One.", "Two, e.g so?", "`three` …, four"]);
});

it("a fault is found where there is one", () => {
  assert.deepEqual(faultsOf("Who waits gets it.", false), ['"Who" begins a clause']);
  assert.deepEqual(faultsOf("It is free, and whoever comes has it.", false), ['"whoever" begins a clause']);
  assert.deepEqual(faultsOf("What is to be done?", false), []);
  assert.deepEqual(faultsOf("It says what it did.", false), []);
  assert.deepEqual(faultsOf("a ".repeat(26), false), ["26 words"]);
  assert.deepEqual(faultsOf(`${"a ".repeat(20)}; ${"b ".repeat(20)}`, true), []);
});
