import assert from "node:assert/strict";
import { withHands } from "../hand.js";
import { blocking, type Contract, failureOf, untilWaiting } from "../suite.js";

/** A flag: who waits is woken by set, also if it is cleared at once. */
export const event: Contract = (suite) => {
  const { describe, it, adapter } = suite;

  describe("Event", () => {
    it("wakes everybody who waits, here and there, sync and async", async () => {
      const event = new adapter.Event();
      await withHands(suite, event, 2, async (sync, asynchronous) => {
        await sync.tell("waitSync");
        await asynchronous.tell("wait");
        const here = event.wait();
        await untilWaiting(suite, event, 3);
        event.set();
        assert.deepEqual(await Promise.all([sync.report(), asynchronous.report(), here]), [true, true, true]);
        assert.equal(await sync.call("isSet"), true);
      });
    });

    it("once set, nobody waits until it is cleared", async () => {
      const event = new adapter.Event();
      assert.equal(event.isSet, false);
      event.set();
      event.set();
      assert.deepEqual([await event.wait(), event.waitSync(), await event.wait({ timeout: 0 })], [true, true, true]);
      event.clear();
      assert.deepEqual([event.isSet, await event.wait({ timeout: 1 })], [false, false]);
      assert.equal(
        await blocking(
          suite,
          () => event.waitSync({ timeout: 1 }),
          () => event.wait({ timeout: 1 }),
        ),
        false,
      );
    });

    it("who waited when it was set is woken although it was cleared at once", async () => {
      const event = new adapter.Event();
      const waits = [event.wait(), event.wait()];
      event.set();
      event.clear();
      assert.deepEqual(await Promise.all(waits), [true, true]);
      assert.equal(event.isSet, false);
    });

    it("an abort rejects with its reason", async () => {
      const event = new adapter.Event();
      const controller = new AbortController();
      const aborted = failureOf(() => event.wait({ signal: controller.signal }));
      controller.abort("enough");
      assert.equal(await aborted, "enough");
    });
  });
};
