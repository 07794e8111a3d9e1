import assert from "node:assert/strict";
import type { Queue as AnyQueue, Lock } from "@heddle/core";
import { withHands } from "../hand.js";
import { blocking, type Contract, failsWith, failureOf, type Suite, tasksOf, untilWaiting } from "../suite.js";
import type * as queues from "../tasks/queues.js";

/** The classes that are queues: they differ in what comes out first and in nothing else. */
export const QUEUES = ["Queue", "LifoQueue", "PriorityQueue"] as const;

/** Every item once or still there; no bound exceeded; in any order. */
export const queue: Contract = (suite) => {
  for (const kind of QUEUES) anyQueue(suite, kind);
};

const ignore = (): void => {};

function anyQueue(suite: Suite, kind: (typeof QUEUES)[number]): void {
  const { describe, it, adapter } = suite;
  const Queue = adapter[kind];
  const tasks = tasksOf<typeof queues>(suite, "queues");

  describe(kind, () => {
    it("says how full it is, twice over (parity 50, 77)", async () => {
      const queue = new Queue<number>(2);
      assert.ok(queue instanceof adapter.Queue);
      for (let round = 0; round < 2; round++) {
        assert.deepEqual([queue.size, queue.isEmpty, queue.isFull, queue.maxSize], [0, true, false, 2]);
        await queue.put(1);
        assert.deepEqual([queue.size, queue.isEmpty, queue.isFull], [1, false, false]);
        queue.putSync(2);
        assert.deepEqual([queue.size, queue.isEmpty, queue.isFull], [2, false, true]);
        await failsWith("HEDDLE_QUEUE_FULL", () => queue.putNowait(0));
        assert.deepEqual([await queue.get(), queue.getNowait()].sort(), [1, 2]);
        await failsWith("HEDDLE_QUEUE_EMPTY", () => queue.getNowait());
      }
    });

    it("its bound may be given by name, and is a whole number", async () => {
      assert.deepEqual([new Queue({ maxSize: 2 }).maxSize, new Queue({}).maxSize, new Queue().maxSize], [2, 0, 0]);
      for (const maxSize of [-1, 1.5, Number.NaN]) {
        assert.throws(() => new Queue(maxSize), RangeError);
        assert.throws(() => new Queue({ maxSize }), RangeError);
      }
      for (const wrong of [null, "2", [2], true, { maxSize: null }, { maxSize: "2" }]) {
        assert.throws(() => new Queue(wrong as never), TypeError, JSON.stringify(wrong));
      }
      assert.throws(() => new Queue({ maxsize: 3 } as never), { name: "TypeError", message: /did you mean maxSize\?/ });
    });

    it("tryGet and tryPut say that they would have to wait, and neither throw nor wait", async () => {
      const queue = new Queue<number | undefined>(2);
      const none = Symbol("none");
      assert.deepEqual([queue.tryGet(), queue.tryGet(none)], [undefined, none]);
      assert.deepEqual([queue.tryPut(1), queue.tryPut(undefined), queue.tryPut(3), queue.size], [true, true, false, 2]);
      await withHands(suite, queue, 1, async (hand) => {
        assert.equal(await hand.call("tryPut", 4), false);
        const taken = [await hand.call("tryGet"), queue.tryGet(none)];
        assert.deepEqual(taken.includes(1) && taken.includes(undefined), true);
        assert.equal(await hand.call("tryGet", "nothing"), "nothing");
        const waiting = queue.get();
        assert.equal(queue.tryGet(none), none, "nothing is there for who waits either");
        assert.equal(await hand.call("tryPut", 5), true);
        assert.equal(await waiting, 5);
      });
      queue.shutdown();
      await failsWith("HEDDLE_QUEUE_SHUT_DOWN", () => queue.tryGet(none));
      await failsWith("HEDDLE_QUEUE_SHUT_DOWN", () => queue.tryPut(1));
      await failsWith("HEDDLE_SEND", () => new Queue<unknown>().tryPut(ignore));
    });

    it("a worker that is given one with items in it sees them, and can put more (parity 60, 76)", async () => {
      const queue = new Queue<number>();
      for (let n = 0; n < 10; n++) queue.putNowait(n);
      await withHands(suite, queue, 1, async (hand) => {
        assert.deepEqual([await hand.call("isEmpty"), await hand.call("size")], [false, 10]);
        for (let n = 10; n < 20; n++) await hand.call("put", n);
      });
      const items: number[] = [];
      while (!queue.isEmpty) items.push(queue.getNowait());
      if (kind === "LifoQueue") items.reverse();
      assert.deepEqual(
        items,
        Array.from({ length: 20 }, (_, n) => n),
      );
    });

    it("a timeout that is none is refused, and nothing happens (parity 52)", async () => {
      const queue = new Queue<string>(1);
      queue.putNowait("kept");
      for (const timeout of [-1, Number.NaN]) {
        assert.ok((await failureOf(() => queue.put("refused", { timeout }))) instanceof RangeError);
        assert.ok((await failureOf(() => queue.get({ timeout }))) instanceof RangeError);
        assert.ok((await failureOf(() => queue.join({ timeout }))) instanceof RangeError);
        assert.throws(() => queue.getSync({ timeout }), RangeError);
      }
      assert.deepEqual([queue.size, queue.getNowait()], [1, "kept"]);
    });

    it("an item's memory is free once it was taken (parity 59)", () => {
      const queue = new Queue<{ bytes: Uint8Array; lock: Lock }>();
      const lock = new adapter.Lock();
      const before = adapter.usage();
      queue.putNowait({ bytes: new Uint8Array(1_000_000), lock });
      assert.ok(adapter.usage().bytes > before.bytes + 1_000_000);
      assert.equal(queue.getNowait().lock, lock);
      assert.ok(adapter.usage().bytes < before.bytes + 100_000);
      return Promise.resolve();
    });

    it("a get that waits is woken by a put, blocked or not (parity 50, 75)", async () => {
      const queue = new Queue<string>();
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

    it("an item is promised to the worker that waits, if the queue is fair", async () => {
      const queue = new Queue<number>({ fair: true });
      await withHands(suite, queue, 1, async (hand) => {
        for (let n = 0; n < 3; n++) {
          await hand.tell("getSync");
          await untilWaiting(suite, queue, 1);
          queue.putNowait(n);
          assert.equal(queue.tryGet("none"), "none");
          assert.equal(await hand.report(), n);
        }
      });
      assert.throws(() => new Queue({ fair: 1 } as never), TypeError);
      assert.throws(() => new Queue({ fare: true } as never), TypeError);
    });

    it("a worker that waits gets an item, though another takes them again and again", async () => {
      const queue = new Queue<number>();
      await withHands(suite, queue, 1, async (hand) => {
        await hand.tell("getSync");
        await untilWaiting(suite, queue, 1);
        let last = 0;
        for (let isMine = true; isMine; isMine = queue.tryGet() !== undefined) queue.putNowait(++last);
        assert.equal(await hand.report(), last);
        assert.equal(queue.size, 0);
      });
    });

    it("puts and gets of one worker that are not awaited come in their order", async () => {
      const queue = new Queue<number>(1);
      queue.putNowait(0);
      const puts = [1, 2, 3].map((n) => queue.put(n));
      const gets = [0, 1, 2, 3].map(() => queue.get());
      assert.deepEqual(await Promise.all(gets), [0, 1, 2, 3]);
      await Promise.all(puts);
    });

    it("a bounded one holds putters back, and lets them in as places come free (parity 50, 51, 74)", async () => {
      const queue = new Queue<number>(2);
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
        const first = [await queue.get(), await queue.get()];
        await Promise.all([here, hand.report()]);
        const then = [await queue.get(), await queue.get()];
        // Places are promised in order; the order in which they are taken is up to the two workers.
        assert.deepEqual([...first, ...then].sort(), [1, 2, 3, 4]);
        assert.equal(queue.isEmpty, true);
      });
    });

    it("says when it is empty, at once or after a timeout (parity 50, 51, 75)", async () => {
      const queue = new Queue();
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
      const queue = new Queue<string>();
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
      const queue = new Queue<string>(1);
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
      const queue = new Queue<string>(1);
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

    for (const isSync of [true, false]) {
      const how = isSync ? "blocks" : "awaits";

      it(`a task of a pool that ${how} until there is a place puts what it was given`, async () => {
        const queue = new Queue<unknown>(20);
        const item = (n: number): object => ({ n, text: "x".repeat(20) });
        const pool = new adapter.Pool({ size: 1 });
        for (let round = 0; round < 5; round++) {
          const puts = Array.from({ length: 21 }, (_, n) => pool.run(tasks.putOne, queue, item(n), isSync));
          // Answers to the calls before it are written while the last one waits.
          await untilWaiting(suite, queue, 1);
          const items: unknown[] = [];
          for (let n = 0; n < 21; n++) items.push(await queue.get());
          await Promise.all(puts);
          assert.deepEqual(
            items.sort((a, b) => (a as { n: number }).n - (b as { n: number }).n),
            Array.from({ length: 21 }, (_, n) => item(n)),
          );
        }
        await pool.close();
      });

      it(`a task of a pool that ${how} until there is an item gives it back`, async () => {
        const queue = new Queue<unknown>();
        const pool = new adapter.Pool({ size: 1 });
        const gets = Array.from({ length: 20 }, () => pool.run(tasks.getOne, queue, isSync));
        for (let n = 0; n < 20; n++) {
          await untilWaiting(suite, queue, 1);
          queue.putNowait({ n, text: "x".repeat(20) });
          assert.deepEqual(await gets[n], { n, text: "x".repeat(20) });
        }
        await pool.close();
      });
    }

    it("an item outlives the worker that put it, and does not keep it alive (parity 83)", async () => {
      const queue = new Queue<unknown>();
      await withHands(suite, queue, 1, async (hand) => {
        await hand.call("put", { from: "the dead" });
        await hand.worker.terminate();
        assert.deepEqual(await queue.get(), { from: "the dead" });
      });
    });

    it("carries items of any size, also many that are larger than what it began with", async () => {
      const queue = new Queue<string>();
      const sizes = [0, 1, 100, 10_000, 3_000_000, 5, 200_000];
      for (const size of sizes) await queue.put("x".repeat(size));
      if (kind === "LifoQueue") sizes.reverse();
      for (const size of sizes) assert.equal((await queue.get()).length, size);
      for (let round = 0; round < 200; round++) {
        await queue.put("y".repeat(round * 7));
        if (round % 3 === 0) assert.ok((await queue.get()).startsWith("y") || round === 0);
      }
      while (!queue.isEmpty) queue.getNowait();
    });

    it("carries Heddle's objects, itself among them", async () => {
      const queue = new Queue<{ lock: Lock; queue: AnyQueue }>();
      await withHands(suite, queue, 1, async (hand) => {
        const lock = new adapter.Lock();
        await queue.put({ lock, queue });
        const there = await hand.call<{ lock: Lock; queue: AnyQueue }>("get");
        assert.equal(there.lock, lock);
        assert.equal(there.queue, queue);
      });
    });

    it("refuses sizes that are none, and tells the putter of an item that cannot be sent (parity 81)", async () => {
      for (const size of [-1, 0.5, Number.NaN]) assert.throws(() => new Queue(size), RangeError);
      const queue = new Queue();
      const error = await failsWith("HEDDLE_SEND", () => queue.put({ callbacks: [() => 1] }));
      assert.equal(Reflect.get(error, "path"), "item.callbacks[0]");
      await failsWith("HEDDLE_SEND", () => queue.putNowait(Symbol("s")));
      assert.equal(queue.isEmpty, true);
    });
  });
}
