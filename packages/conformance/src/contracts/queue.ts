import assert from "node:assert/strict";
import type { Lock, Queue } from "@heddle/core";
import { withHands } from "../hand.js";
import { blocking, type Contract, failsWith, failureOf, untilWaiting } from "../suite.js";

/** First in, first out; every item once or still there; no bound exceeded. */
export const queue: Contract = (suite) => {
  const { describe, it, adapter } = suite;

  describe("Queue", () => {
    it("gives items in the order in which they were put, to any worker", async () => {
      const queue = new adapter.Queue<number>();
      await withHands(suite, queue, 1, async (hand) => {
        for (let i = 0; i < 5; i++) await queue.put(i);
        queue.putSync(5);
        queue.putNowait(6);
        assert.deepEqual([queue.size, queue.isEmpty, queue.isFull, queue.maxSize], [7, false, false, 0]);
        assert.deepEqual(
          [await queue.get(), queue.getSync(), queue.getNowait(), await hand.call("get"), await hand.call("getSync")],
          [0, 1, 2, 3, 4],
        );
        assert.deepEqual([await hand.call("getNowait"), await queue.get(), queue.isEmpty], [5, 6, true]);
      });
    });

    it("wakes who waits to get, blocked or not, in the order in which they came", async () => {
      const queue = new adapter.Queue<string>();
      await withHands(suite, queue, 2, async (sync, asynchronous) => {
        await sync.tell("getSync");
        await untilWaiting(suite, queue, 1);
        await asynchronous.tell("get");
        await untilWaiting(suite, queue, 2);
        const here = queue.get();
        for (const item of ["a", "b", "c"]) queue.putNowait(item);
        assert.deepEqual((await Promise.all([sync.report(), asynchronous.report(), here])).sort(), ["a", "b", "c"]);
        assert.equal(queue.size, 0);
      });
    });

    it("a bounded one holds putters back, and lets them in as places come free", async () => {
      const queue = new adapter.Queue<number>(2);
      await withHands(suite, queue, 1, async (hand) => {
        await queue.put(1);
        await queue.put(2);
        assert.equal(queue.isFull, true);
        await failsWith("HEDDLE_QUEUE_FULL", () => queue.putNowait(0));
        await failsWith("HEDDLE_QUEUE_FULL", () => queue.put(0, { timeout: 1 }));
        await failsWith("HEDDLE_QUEUE_FULL", () =>
          blocking(
            suite,
            () => queue.putSync(0, { timeout: 1 }),
            () => queue.put(0, { timeout: 1 }),
          ),
        );
        const here = queue.put(3);
        await hand.tell("putSync", 4);
        await untilWaiting(suite, queue, 2);
        assert.deepEqual([await queue.get(), await queue.get()], [1, 2]);
        await Promise.all([here, hand.report()]);
        // Places are promised in order; who takes a place first is up to the two workers.
        assert.deepEqual([await queue.get(), await queue.get()].sort(), [3, 4]);
        assert.equal(queue.isEmpty, true);
      });
    });

    it("says when it is empty", async () => {
      const queue = new adapter.Queue();
      await failsWith("HEDDLE_QUEUE_EMPTY", () => queue.getNowait());
      await failsWith("HEDDLE_QUEUE_EMPTY", () => queue.get({ timeout: 1 }));
      await failsWith("HEDDLE_QUEUE_EMPTY", () =>
        blocking(
          suite,
          () => queue.getSync({ timeout: 1 }),
          () => queue.get({ timeout: 1 }),
        ),
      );
      assert.equal(adapter.waiting(queue), 0);
    });

    it("an aborted get takes nothing: the item it was promised goes to the next, or stays", async () => {
      const queue = new adapter.Queue<string>();
      for (const hasNext of [true, false]) {
        const controller = new AbortController();
        const aborted = failureOf(() => queue.get({ signal: controller.signal }));
        const next = hasNext ? queue.get() : undefined;
        queue.putNowait("item");
        controller.abort("enough");
        assert.equal(await aborted, "enough");
        assert.equal(await (next ?? queue.get()), "item");
        assert.equal(queue.isEmpty, true);
      }
    });

    it("an aborted put puts nothing: the place it was promised goes to the next", async () => {
      const queue = new adapter.Queue<string>(1);
      queue.putNowait("first");
      const controller = new AbortController();
      const aborted = failureOf(() => queue.put("aborted", { signal: controller.signal }));
      const next = queue.put("next");
      assert.equal(queue.getNowait(), "first");
      controller.abort("enough");
      assert.equal(await aborted, "enough");
      await next;
      assert.deepEqual([queue.getNowait(), queue.size], ["next", 0]);
    });

    it("a worker that is killed while it waits to get or to put takes nothing and leaves nothing", async () => {
      const queue = new adapter.Queue<string>(1);
      await withHands(suite, queue, 2, async (getter, putter) => {
        await getter.tell("getSync");
        await untilWaiting(suite, queue, 1);
        await getter.worker.terminate();
        await queue.put("kept");
        await putter.tell("putSync", "of the dead");
        await untilWaiting(suite, queue, 1);
        await putter.worker.terminate();
        assert.equal(await queue.get(), "kept");
        await failsWith("HEDDLE_QUEUE_EMPTY", () => queue.getNowait());
      });
    });

    it("what a worker put outlives it", async () => {
      const queue = new adapter.Queue<unknown>();
      await withHands(suite, queue, 1, async (hand) => {
        await hand.call("put", { from: "the dead" });
        await hand.worker.terminate();
        assert.deepEqual(await queue.get(), { from: "the dead" });
      });
    });

    it("carries items of any size, also many that are larger than what it began with", async () => {
      const queue = new adapter.Queue<string>();
      const sizes = [0, 1, 100, 10_000, 3_000_000, 5, 200_000];
      for (const size of sizes) await queue.put("x".repeat(size));
      for (const size of sizes) assert.equal((await queue.get()).length, size);
      for (let round = 0; round < 200; round++) {
        await queue.put("y".repeat(round * 7));
        if (round % 3 === 0) assert.ok((await queue.get()).startsWith("y") || round === 0);
      }
      while (!queue.isEmpty) queue.getNowait();
    });

    it("carries Heddle's objects, itself among them", async () => {
      const queue = new adapter.Queue<{ lock: Lock; queue: Queue }>();
      await withHands(suite, queue, 1, async (hand) => {
        const lock = new adapter.Lock();
        await queue.put({ lock, queue });
        const there = await hand.call<{ lock: Lock; queue: Queue }>("get");
        assert.equal(there.lock, lock);
        assert.equal(there.queue, queue);
      });
    });

    it("refuses sizes that are none, and items that cannot be sent", async () => {
      for (const size of [-1, 0.5, Number.NaN]) assert.throws(() => new adapter.Queue(size), RangeError);
      const queue = new adapter.Queue();
      const error = await failsWith("HEDDLE_SEND", () => queue.put({ callbacks: [() => 1] }));
      assert.equal(Reflect.get(error, "path"), "item.callbacks[0]");
      await failsWith("HEDDLE_SEND", () => queue.putNowait(Symbol("s")));
      assert.equal(queue.isEmpty, true);
      assert.ok((await failureOf(() => queue.get({ timeout: Number.NaN }))) instanceof RangeError);
    });
  });
};
