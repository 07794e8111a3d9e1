import assert from "node:assert/strict";
import { SendError } from "@heddle/core";
import { describe, it } from "vitest";
import { Handles, takeHandles } from "../src/handles.js";
import type { HandleWay } from "../src/runtime.js";

/** A way for handles that are plain objects. */
function way(): HandleWay & { isUp: boolean; readonly stopped: unknown[] } {
  const stopped: unknown[] = [];
  return {
    isUp: true,
    stopped,
    fateOf: () => undefined,
    stop: (handle) => void stopped.push(handle),
    isOpen() {
      return this.isUp;
    },
    send() {},
    hear() {},
    onClose() {},
    lost: () => "lost",
  };
}

describe("handles", () => {
  it("leave their places empty, and are read from no more", () => {
    const through = way();
    const message = { job: 1, parcel: ["a", "b"], answer: { parcel: ["c"] } };
    assert.deepEqual(takeHandles(through, {}, message, "args"), ["a", "b", "c"]);
    assert.deepEqual(message, { job: 1, parcel: [null, null], answer: { parcel: [null] } });
    assert.deepEqual(through.stopped, ["a", "b", "c"]);
  });

  it("are refused where the way is closed, and stay what they were", () => {
    const through = way();
    through.isUp = false;
    const message = { parcel: ["a"] };
    assert.throws(() => takeHandles(through, {}, message, "args"), SendError);
    assert.deepEqual([message, through.stopped], [{ parcel: ["a"] }, []]);
    assert.deepEqual(takeHandles(through, {}, { parcel: [] }, "args"), []);
  });

  it("fill the places of the messages that wait for them, first come, first served", () => {
    const arrived = new Handles(way(), () => ({}));
    const [first, second] = [{ parcel: [null, null] }, { parcel: [null] }];
    arrived.add("a");
    assert.equal(arrived.putInto(first), false);
    arrived.add("b");
    arrived.add("c");
    assert.equal(arrived.putInto(first), true);
    assert.equal(arrived.putInto(second), true);
    assert.deepEqual([first, second], [{ parcel: ["a", "b"] }, { parcel: ["c"] }]);
    assert.equal(arrived.putInto({ none: true }), true);
  });

  it("that can come no more arrive as what is lost", () => {
    const through = way();
    const arrived = new Handles(through, () => ({}));
    arrived.add("a");
    const message = { parcel: [null, null] };
    assert.equal(arrived.putInto(message), false);
    through.isUp = false;
    assert.equal(arrived.putInto(message), true);
    assert.deepEqual(message, { parcel: ["a", "lost"] });
  });
});
