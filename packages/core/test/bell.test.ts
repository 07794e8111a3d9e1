import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { openKernels } from "./kernels.js";

describe("a bell", () => {
  it("that rings while its worker is awake, and does not wake it, is looked after once the worker is done", () => {
    const [ringer, awake] = openKernels(2);
    assert.ok(awake);
    const seen: string[] = [];
    const stop = awake.bell.onRing(() => seen.push("looked"));
    awake.bell.whileAwake(() => {
      ringer.bell.ring(awake.slot);
      seen.push("worked");
    });
    assert.deepEqual(seen, ["worked", "looked"]);
    awake.bell.whileAwake(() => seen.push("worked in peace"));
    assert.deepEqual(seen.slice(2), ["worked in peace"]);
    stop();
  });

  it("calls those who must know before its worker blocks, whatever it blocks for", () => {
    const [worker] = openKernels(1);
    let calls = 0;
    worker.bell.onBlock = () => calls++;
    assert.equal(
      worker.bell.sleepUntil(() => false, performance.now()),
      false,
    );
    assert.equal(calls, 1);
  });
});
