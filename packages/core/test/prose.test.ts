import assert from "node:assert/strict";
import { it } from "vitest";
import { faultsAt } from "../../../scripts/prose.mjs";

it("sentences in comments and messages have at most 25 words, and no clause with who or what as its subject", () => {
  const faults = ["packages/core/src", "packages/core/test"].flatMap(faultsAt);
  assert.deepEqual(
    faults.map(({ path, line, fault, sentence }) => `${path}:${line}: ${fault}: ${sentence}`),
    [],
  );
});
