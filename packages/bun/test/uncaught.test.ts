import { it } from "bun:test";
import assert from "node:assert/strict";
import { UncaughtListener } from "../src/uncaught.js";

it("an uncaught error is the one that its worker posted, else its text; no other message is taken for one", () => {
  const listener = new UncaughtListener();
  for (const message of [undefined, null, "heddle:uncaught", { type: "returned" }]) {
    assert.equal(listener.takes(message), false);
  }
  assert.equal((listener.errorOf({ message: "a text" }) as Error).message, "a text");
  assert.equal(listener.takes({ "heddle:uncaught": undefined }), true);
  assert.equal(listener.errorOf({ message: "a text" }), undefined);
  const error = new RangeError("posted");
  assert.equal(listener.takes({ "heddle:uncaught": error }), true);
  assert.equal(listener.errorOf({ message: "a text" }), error);
});
