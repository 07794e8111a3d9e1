import assert from "node:assert/strict";
import { it } from "vitest";
import { keepAlive } from "../src/keep-alive.js";

/** Whether something more than `before` keeps this event loop alive. */
const ports = (): number => process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;

it("a hold keeps the event loop alive until each of them was let go", () => {
  const before = ports();
  const { hold, letGo } = keepAlive();
  assert.equal(ports(), before);
  for (let times = 0; times < 2; times++) {
    hold();
    hold();
    assert.equal(ports(), before + 1);
    letGo();
    assert.equal(ports(), before + 1);
    letGo();
    assert.equal(ports(), before);
  }
});
