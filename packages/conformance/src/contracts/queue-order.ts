import assert from "node:assert/strict";
import { withHands } from "../hand.js";
import { type Contract, failureOf, tasksOf } from "../suite.js";
import type * as queues from "../tasks/queues.js";

/** Which item comes out first. */
export const queueOrder: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const { putInTurns } = tasksOf<typeof queues>(suite, "queues");

  describe("the order of a queue", () => {
    it("Queue: first in, first out, to any worker and in every form (parity 50, 56)", async () => {
      const queue = new adapter.Queue<number>();
      await withHands(suite, queue, 1, async (hand) => {
        for (let i = 0; i < 5; i++) await queue.put(i);
        queue.putSync(5);
        queue.putNowait(6);
        assert.deepEqual(
          [await queue.get(), queue.getSync(), queue.getNowait(), await hand.call("get"), await hand.call("getSync")],
          [0, 1, 2, 3, 4],
        );
        assert.deepEqual([await hand.call("getNowait"), await queue.get(), queue.isEmpty], [5, 6, true]);
      });
    });

    it("Queue: items that one worker puts at its own pace come out in order, even if the other is slow (parity 57)", async () => {
      const queue = new adapter.Queue<number>(3);
      const producer = new adapter.Worker(putInTurns, { args: [queue, 300] }).start();
      let expected = 0;
      for await (const item of queue) {
        assert.equal(item, expected++);
        if (item % 7 === 0) await new Promise<void>((resolve) => setImmediate(resolve));
      }
      assert.equal(expected, 300);
      await producer.join();
    });

    it("LifoQueue: last in, first out, to any worker and in every form (parity 50)", async () => {
      const queue = new adapter.LifoQueue<number>();
      await withHands(suite, queue, 1, async (hand) => {
        for (let i = 0; i < 5; i++) await queue.put(i);
        assert.deepEqual([await queue.get(), queue.getSync(), await hand.call("get")], [4, 3, 2]);
        queue.putNowait(9);
        assert.deepEqual([await hand.call("getNowait"), queue.getNowait(), queue.getNowait()], [9, 1, 0]);
      });
    });

    it("PriorityQueue: smallest priority first, equal ones in the order of putting (parity 50)", async () => {
      const queue = new adapter.PriorityQueue<string>();
      await withHands(suite, queue, 1, async (hand) => {
        await queue.put("last", { priority: Number.POSITIVE_INFINITY });
        await hand.call("put", "c", { priority: 0.5 });
        queue.putSync("a", { priority: -1e300 });
        queue.putNowait("d", { priority: 0.5 });
        await queue.put("b");
        await hand.call("putSync", "e", { priority: 0.5 });
        await queue.put("first", { priority: Number.NEGATIVE_INFINITY });
        const items = [await hand.call("get"), await queue.get(), await hand.call("getNowait"), queue.getNowait()];
        assert.deepEqual(items, ["first", "a", "b", "c"]);
        assert.deepEqual([await queue.get(), await queue.get(), await queue.get()], ["d", "e", "last"]);
      });
    });

    it("PriorityQueue: a priority that is no number is refused, and nothing is put", async () => {
      const queue = new adapter.PriorityQueue<string>();
      assert.ok((await failureOf(() => queue.put("item", { priority: Number.NaN }))) instanceof RangeError);
      assert.throws(() => queue.putNowait("item", { priority: "1" as never }), TypeError);
      assert.ok(queue.isEmpty);
    });
  });
};
