import assert from "node:assert/strict";
import { SendError } from "@heddle/core";
import { describe, it } from "vitest";
import { ArrivedHandles, extractHandles } from "../src/handles.js";
import type { HandleWay } from "../src/runtime.js";

/** A way for handles that are plain objects. */
function way(): HandleWay & { isUp: boolean; readonly stopped: unknown[] } {
  const stopped: unknown[] = [];
  return {
    isUp: true,
    stopped,
    sendModeOf: () => undefined,
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
    const message = { job: 1, transferables: ["a", "b"], answer: { transferables: ["c"] } };
    assert.deepEqual(extractHandles(through, {}, message, "args"), ["a", "b", "c"]);
    assert.deepEqual(message, { job: 1, transferables: [null, null], answer: { transferables: [null] } });
    assert.deepEqual(through.stopped, ["a", "b", "c"]);
  });

  it("are refused where the way is closed, and stay what they were", () => {
    const through = way();
    through.isUp = false;
    const message = { transferables: ["a"] };
    assert.throws(() => extractHandles(through, {}, message, "args"), SendError);
    assert.deepEqual([message, through.stopped], [{ transferables: ["a"] }, []]);
    assert.deepEqual(extractHandles(through, {}, { transferables: [] }, "args"), []);
  });

  it("fill the places of the messages that wait for them, first come, first served", () => {
    const arrived = new ArrivedHandles(way(), () => ({}));
    const [first, second] = [{ transferables: [null, null] }, { transferables: [null] }];
    arrived.add("a");
    assert.equal(arrived.putInto(first), false);
    arrived.add("b");
    arrived.add("c");
    assert.equal(arrived.putInto(first), true);
    assert.equal(arrived.putInto(second), true);
    assert.deepEqual([first, second], [{ transferables: ["a", "b"] }, { transferables: ["c"] }]);
    assert.equal(arrived.putInto({ none: true }), true);
  });

  it("that can come no more arrive as what is lost", () => {
    const through = way();
    const arrived = new ArrivedHandles(through, () => ({}));
    arrived.add("a");
    const message = { transferables: [null, null] };
    assert.equal(arrived.putInto(message), false);
    through.isUp = false;
    assert.equal(arrived.putInto(message), true);
    assert.deepEqual(message, { transferables: ["a", "lost"] });
  });
});
