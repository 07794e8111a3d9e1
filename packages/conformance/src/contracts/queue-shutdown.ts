import assert from "node:assert/strict";
import { withHands } from "../hand.js";
import { type Contract, failsWith, failureOf, type Suite, tasksOf, until, untilWaiting } from "../suite.js";
import type * as queues from "../tasks/queues.js";
import { QUEUES } from "./queue.js";

const SHUT_DOWN = "HEDDLE_QUEUE_SHUT_DOWN";

/** Items that are done are counted, and a queue that ends tells all its waiters. */
export const queueShutdown: Contract = (suite) => {
  for (const kind of QUEUES) {
    counting(suite, kind);
    shuttingDown(suite, kind);
  }
};

function counting(suite: Suite, kind: (typeof QUEUES)[number]): void {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof queues>(suite, "queues");

  describe(`${kind}: taskDone and join`, () => {
    it("a join waits until items are done, not only taken, and can be repeated (parity 54)", async () => {
      const queue = new adapter[kind]<number>();
      assert.equal(await queue.join(), true);
      for (let round = 0; round < 2; round++) {
        await queue.put(1);
        await queue.put(2);
        queue.getNowait();
        queue.getNowait();
        queue.taskDone();
        assert.deepEqual([await queue.join({ timeout: 1 }), queue.joinSync({ timeout: 0 })], [false, false]);
        await withHands(suite, queue, 2, async (blocked, asynchronous) => {
          await blocked.tell("joinSync");
          await asynchronous.tell("join");
          const here = queue.join();
          await untilWaiting(suite, queue, 3);
          queue.taskDone();
          assert.deepEqual(await Promise.all([blocked.report(), asynchronous.report(), here]), [true, true, true]);
        });
        assert.equal(queue.joinSync(), true);
      }
    });

    it("more is not done than was put (parity 54)", async () => {
      const queue = new adapter[kind]<number>();
      assert.throws(() => queue.taskDone(), RangeError);
      queue.putNowait(1);
      queue.taskDone();
      assert.throws(() => queue.taskDone(), RangeError);
      assert.deepEqual([await queue.join(), queue.getNowait()], [true, 1]);
    });

    it("an aborted join rejects with the reason and changes nothing", async () => {
      const queue = new adapter[kind]<number>();
      queue.putNowait(1);
      const controller = new AbortController();
      const aborted = failureOf(() => queue.join({ signal: controller.signal }));
      const other = queue.join();
      controller.abort("enough");
      assert.equal(await aborted, "enough");
      queue.taskDone();
      assert.equal(await other, true);
    });

    it("a join ends once several workers have done everything (parity 78)", async () => {
      const queue = new adapter[kind]<number>();
      const done = new adapter.Value("i32", 0);
      const workers = [1, 2, 3, 4].map(() => new adapter.Worker(tasks.workOff, { args: [queue, done] }).start());
      for (let n = 0; n < 10; n++) await queue.put(n);
      assert.equal(await queue.join(), true);
      assert.equal(done.value, 10);
      queue.shutdown();
      for (const worker of workers) await worker.join();
    });
  });
}

function shuttingDown(suite: Suite, kind: (typeof QUEUES)[number]): void {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof queues>(suite, "queues");

  describe(`${kind}: shutdown`, () => {
    it("an empty one takes nothing and gives nothing (parity 62)", async () => {
      const queue = new adapter[kind]<number>();
      assert.equal(queue.isShutDown, false);
      queue.shutdown();
      assert.equal(queue.isShutDown, true);
      const puts = [() => queue.put(1), () => queue.putSync(1), () => queue.putNowait(1)];
      const gets = [() => queue.get(), () => queue.getSync(), () => queue.getNowait()];
      for (const act of [...puts, ...gets]) await failsWith(SHUT_DOWN, act);
    });

    it("items that are left still come out, and then it is shut down, not merely empty (parity 63)", async () => {
      const queue = new adapter[kind]<number>();
      queue.putNowait(1);
      queue.putNowait(2);
      queue.shutdown();
      await failsWith(SHUT_DOWN, () => queue.put(3));
      assert.deepEqual([await queue.get(), queue.getNowait()].sort(), [1, 2]);
      await failsWith(SHUT_DOWN, () => queue.getNowait());
      await failsWith(SHUT_DOWN, () => queue.get({ timeout: 1 }));
      await failsWith(SHUT_DOWN, () => queue.getSync({ timeout: 1 }));
    });

    it("an immediate one discards what is left (parity 64)", async () => {
      const queue = new adapter[kind]<{ event: object }>();
      const { objects } = adapter.usage();
      queue.putNowait({ event: new adapter.Event() });
      queue.shutdown({ immediate: true });
      assert.deepEqual([queue.size, queue.isEmpty], [0, true]);
      await failsWith(SHUT_DOWN, () => queue.get());
      assert.ok(adapter.usage().objects <= objects + 1, "only this worker's own hold on the event is left");
    });

    it("again, stricter or gentler, is no error and never reopens it (parity 65)", async () => {
      const queue = new adapter[kind]<number>();
      queue.putNowait(1);
      for (const immediate of [false, false, true, true, false]) {
        queue.shutdown({ immediate });
        assert.equal(queue.isShutDown, true);
      }
      assert.equal(queue.size, 0);
      await failsWith(SHUT_DOWN, () => queue.putNowait(1));
      await failsWith(SHUT_DOWN, () => queue.getNowait());
    });

    it("gracefully, items that are left are counted as ever; immediately, as done (parity 66)", async () => {
      const graceful = new adapter[kind]<number>();
      const immediate = new adapter[kind]<number>();
      for (const queue of [graceful, immediate]) for (let n = 0; n < 3; n++) queue.putNowait(n);
      graceful.shutdown();
      assert.equal(await graceful.join({ timeout: 0 }), false);
      for (let n = 0; n < 3; n++) {
        graceful.getNowait();
        graceful.taskDone();
      }
      assert.equal(await graceful.join(), true);
      immediate.getNowait();
      immediate.shutdown({ immediate: true });
      assert.equal(await immediate.join({ timeout: 0 }), false, "items taken before are still to be done");
      immediate.taskDone();
      assert.equal(await immediate.join(), true);
      assert.throws(() => immediate.taskDone(), RangeError);
    });

    for (const immediate of [false, true]) {
      const how = immediate ? "an immediate shutdown" : "a shutdown";

      it(`a get that waits is told of ${how}, blocked or not (parity 68)`, async () => {
        const queue = new adapter[kind]<number>();
        await withHands(suite, queue, 2, async (blocked, asynchronous) => {
          await blocked.tell("getSync");
          await asynchronous.tell("get");
          const here = failsWith(SHUT_DOWN, () => queue.get());
          await untilWaiting(suite, queue, 3);
          queue.shutdown({ immediate });
          await here;
          await failsWith(SHUT_DOWN, () => blocked.report());
          await failsWith(SHUT_DOWN, () => asynchronous.report());
        });
      });

      it(`a put that waits is told of ${how}, blocked or not, and has put nothing (parity 69)`, async () => {
        const queue = new adapter[kind]<string>(1);
        queue.putNowait("first");
        await withHands(suite, queue, 2, async (blocked, asynchronous) => {
          await blocked.tell("putSync", "second");
          await asynchronous.tell("put", "third");
          const here = failsWith(SHUT_DOWN, () => queue.put("fourth"));
          await untilWaiting(suite, queue, 3);
          queue.shutdown({ immediate });
          await here;
          await failsWith(SHUT_DOWN, () => blocked.report());
          await failsWith(SHUT_DOWN, () => asynchronous.report());
        });
        if (!immediate) assert.equal(queue.getNowait(), "first");
        await failsWith(SHUT_DOWN, () => queue.getNowait());
      });

      it(`${how} is no error to who joins (parity 70)`, async () => {
        const queue = new adapter[kind]<number>();
        queue.putNowait(1);
        queue.putNowait(2);
        await withHands(suite, queue, 1, async (hand) => {
          await hand.tell("joinSync");
          const here = queue.join();
          await untilWaiting(suite, queue, 2);
          queue.getNowait();
          queue.shutdown({ immediate });
          queue.taskDone();
          if (!immediate) {
            assert.equal(adapter.waiting(queue), 2);
            queue.getNowait();
            queue.taskDone();
          }
          assert.deepEqual([await here, await hand.report()], [true, true]);
        });
      });
    }

    it("of three getters two get the two items, and one is told (parity 68)", async () => {
      const queue = new adapter[kind]<number>();
      await withHands(suite, queue, 3, async (...hands) => {
        for (const hand of hands) await hand.tell("get");
        await untilWaiting(suite, queue, 3);
        queue.putNowait(1);
        queue.putNowait(2);
        queue.shutdown();
        const outcomes = await Promise.allSettled(hands.map((hand) => hand.report()));
        const items = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
        assert.deepEqual(items.sort(), [1, 2]);
      });
    });

    it("iteration takes items as they come, and ends there", async () => {
      const queue = new adapter[kind]<number>();
      queue.putNowait(0);
      const items: number[] = [];
      for await (const item of queue) {
        items.push(item);
        if (item < 4) queue.putNowait(item + 1);
        else queue.shutdown();
      }
      assert.deepEqual(items, [0, 1, 2, 3, 4]);
      for await (const _ of queue) assert.fail("nothing is left");
      for (const _ of queue.itemsSync()) assert.fail("nothing is left");
    });

    it("iteration that blocks takes items as they come, and ends there", async () => {
      const queue = new adapter[kind]<number>();
      const worker = new adapter.Worker(tasks.blockForItems, { args: [queue] }).start();
      for (const item of [1, 2, 3]) {
        await untilWaiting(suite, queue, 1);
        queue.putNowait(item);
        // Of several items, a LifoQueue gives the last: a waiter that is being woken has none yet.
        await until(() => queue.isEmpty, "the waiter should take it");
      }
      await untilWaiting(suite, queue, 1);
      queue.shutdown();
      assert.deepEqual(await worker.result, [1, 2, 3]);
      await worker.join();
    });

    it("iteration has the options of a wait: it gives up in time, and takes nothing more", async () => {
      const queue = new adapter[kind]<number>();
      const controller = new AbortController();
      queue.putNowait(1);
      const items = queue.items({ signal: controller.signal });
      assert.deepEqual(await items.next(), { done: false, value: 1 });
      const aborted = failureOf(() => items.next());
      controller.abort("enough");
      assert.equal(await aborted, "enough");
      queue.putNowait(2);
      const stopped = new AbortController();
      const more = queue.items({ signal: stopped.signal });
      stopped.abort("enough");
      assert.equal(await failureOf(() => more.next()), "enough");
      assert.equal(queue.size, 1, "the items that were there are still there");
      const late = queue.items({ timeout: 0 });
      assert.deepEqual((await late.next()).value, 2);
      await failsWith("HEDDLE_QUEUE_EMPTY", () => late.next());
      assert.equal(await failureOf(() => queue.items({ signal: AbortSignal.abort("before") })), "before");
      queue.putNowait(3);
      const blocking = queue.itemsSync({ timeout: 0 });
      assert.deepEqual(blocking.next().value, 3);
      await failsWith("HEDDLE_QUEUE_EMPTY", () => blocking.next());
      for (const wrong of [5, { timeuot: 5 }]) {
        for (const how of ["items", "itemsSync"] as const) {
          assert.throws(() => queue[how](wrong as never), TypeError);
        }
      }
      assert.throws(() => queue.itemsSync({ signal: controller.signal } as never), TypeError);
    });
  });
}
