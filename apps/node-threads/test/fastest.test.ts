import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { fastest, median } from "../../demos/src/fastest.js";

describe("which way is the fastest", () => {
  it("the one whose slowest round takes far less than any round of the others", () => {
    assert.equal(fastest({ a: [300, 310, 320], b: [100, 110, 120], c: [200, 151, 160] }), "b");
  });

  it("none where one round of another comes close, however the medians differ", () => {
    assert.equal(fastest({ a: [300, 310, 140], b: [100, 110, 120] }), undefined);
    assert.equal(fastest({ a: [100, 100, 100], b: [99, 99, 99] }), undefined);
  });

  it("the median is not moved by one slow round", () => assert.equal(median([5, 1000, 4, 6, 5]), 5));
});
