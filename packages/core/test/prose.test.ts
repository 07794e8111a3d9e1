import assert from "node:assert/strict";
import { it } from "vitest";
import { faultsAt } from "../../../scripts/prose.mjs";

/** Folders and files in which every sentence is plain (see CONTRIBUTING.md, "Sentences are plain"). */
const PLAIN = [
  ...["contracts", "shared", "task", "threads", "worker", "kernel/message", "pool/wire", "pool/worker", "backend"],
].map((name) => `packages/core/src/${name}`);

it("sentences in comments and messages have at most 25 words, and no clause with who or what as its subject", () => {
  const faults = PLAIN.flatMap(faultsAt);
  assert.deepEqual(
    faults.map(({ path, line, fault, sentence }) => `${path}:${line}: ${fault}: ${sentence}`),
    [],
  );
});
