import assert from "node:assert/strict";
import { SendError } from "@heddle/core";
import { describe, it } from "vitest";
import { ArrivedHandles, putWithoutHandles } from "../src/handles.js";
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
    const put = (): void => {
      assert.deepEqual(message, { job: 1, transferables: [null, null], answer: { transferables: [null] } });
      assert.deepEqual(through.stopped, []);
    };
    assert.deepEqual(putWithoutHandles(through, {}, message, "args", put), ["a", "b", "c"]);
    assert.deepEqual(through.stopped, ["a", "b", "c"]);
  });

  it("stay in a message that cannot be put, and their sender's", () => {
    const through = way();
    const message = { job: 1, transferables: ["a", "b"], answer: { transferables: ["c"] } };
    const put = (): never => {
      throw new RangeError("full");
    };
    assert.throws(() => putWithoutHandles(through, {}, message, "args", put), RangeError);
    assert.deepEqual(message, { job: 1, transferables: ["a", "b"], answer: { transferables: ["c"] } });
    assert.deepEqual(through.stopped, []);
  });

  it("are refused where the way is closed, and stay what they were", () => {
    const through = way();
    through.isUp = false;
    const message = { transferables: ["a"] };
    assert.throws(() => putWithoutHandles(through, {}, message, "args", assert.fail), SendError);
    assert.deepEqual([message, through.stopped], [{ transferables: ["a"] }, []]);
    assert.deepEqual(
      putWithoutHandles(through, {}, { transferables: [] }, "args", () => {}),
      [],
    );
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
