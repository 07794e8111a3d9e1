import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { packList, unpack } from "../src/kernel/message/index.js";
import { BundlingHost } from "./host.js";

// In a file of its own: once anything was marked with transfer, no list is taken for plain.

describe("a list of which the items alone are sent", () => {
  const itemsOf = (list: readonly unknown[]): unknown => {
    const packet = packList(list, "args");
    return packet && unpack(new BundlingHost(), { ...packet, body: JSON.parse(packet.text) });
  };

  it("arrives with them, and without what it has beside them", () => {
    const items = ['a "quoted" \u2028\ud800', 1, -1.5, 1e21, 5e-324, true, false, null, ""];
    assert.deepEqual(itemsOf(items), items);
    assert.deepEqual(itemsOf([]), []);
    assert.deepEqual(itemsOf(Object.assign([1, "b"], { toJSON: () => "other" })), [1, "b"]);
    assert.deepEqual(itemsOf([{ a: [1] }]), [{ a: [1] }]);
  });

  it("is left to the packer if JSON has not all of it", () => {
    const changing = new Proxy([1], { get: (list, key) => (key === "0" ? Symbol("s") : Reflect.get(list, key)) });
    for (const list of [
      [-0],
      [Number.NaN],
      [undefined],
      [1n],
      Array(2),
      [() => 1],
      changing,
      new (class extends Array {})(),
    ]) {
      assert.equal(itemsOf(list), undefined);
    }
  });
});
