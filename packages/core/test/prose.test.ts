import assert from "node:assert/strict";
import { it } from "vitest";
import { faultsAt } from "../../../scripts/prose.mjs";

/** Files that have others yet (see CONTRIBUTING.md, "Sentences are plain"). */
const NOT_YET = /\/kernel\/(?:parked|parking|waiters)\.ts$|\/sync\/(?:mutex|rlock)\.ts$/;

it("sentences in comments and messages have at most 25 words, and no clause with who or what as its subject", () => {
  const faults = ["packages/core/src", "packages/core/test"]
    .flatMap(faultsAt)
    .filter(({ path }) => !NOT_YET.test(path));
  assert.deepEqual(
    faults.map(({ path, line, fault, sentence }) => `${path}:${line}: ${fault}: ${sentence}`),
    [],
  );
});
