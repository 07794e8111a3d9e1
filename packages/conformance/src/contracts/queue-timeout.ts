import assert from "node:assert/strict";
import { type Contract, failsWith } from "../suite.js";

/** How long a queue waits that nobody serves. */
export const queueTimeout: Contract = (suite) => {
  const { describe, it, adapter } = suite;

  describe("Queue", () => {
    it("a wait never ends before its timeout (parity 79)", async () => {
      const queue = new adapter.Queue<string>();
      const waits = [() => queue.getSync({ timeout: 20 }), () => queue.get({ timeout: 20 })];
      for (const wait of waits) {
        const start = performance.now();
        await failsWith("HEDDLE_QUEUE_EMPTY", wait);
        // A timer may round down by a millisecond.
        assert.ok(performance.now() - start >= 19);
      }
    });
  });
};
