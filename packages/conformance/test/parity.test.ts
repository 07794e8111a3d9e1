import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { findTests, readRows } from "./parity-page.js";

const rows = readRows();
const tests = findTests();

describe("docs/python-parity.md", () => {
  it("has each behaviour once, in order, and says what has become of it", () => {
    const numbers = rows.map(({ number }) => number);
    assert.ok(numbers.length > 0);
    assert.deepEqual(
      numbers,
      [...new Set(numbers)].sort((a, b) => a - b),
    );
    for (const { number, verdict } of rows) {
      assert.ok(["tested", "differs", "no meaning here"].includes(verdict), `${number}: ${verdict}`);
    }
  });

  it("names, for each behaviour that is tested, the files whose tests have its number, and no others", () => {
    const said = rows.map(({ number, tests }) => `${number}: ${[...tests].sort().join(", ")}`);
    const found = rows.map(({ number }) => `${number}: ${(tests.get(number) ?? []).sort().join(", ")}`);
    assert.deepEqual(said, found);
    for (const { number, verdict, tests } of rows) assert.equal(tests.length > 0, verdict === "tested", `${number}`);
  });

  it("has a row for each number that a test has", () => {
    const listed = new Set(rows.map(({ number }) => number));
    assert.deepEqual(
      [...tests.keys()].filter((number) => !listed.has(number)),
      [],
    );
  });
});
