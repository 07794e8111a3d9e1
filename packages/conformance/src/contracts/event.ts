import assert from "node:assert/strict";
import { findCollector } from "../collect-garbage.js";
import { withHands } from "../hand.js";
import { blocking, type Contract, failureOf, untilWaiting } from "../suite.js";
import { turn } from "../wait-limit.js";

/** A flag: set wakes its waiters, also if it is cleared at once. */
export const event: Contract = (suite) => {
  const { describe, it, adapter } = suite;

  const waitSync = (event: InstanceType<typeof adapter.Event>, timeout: number): Promise<boolean> =>
    blocking(
      suite,
      () => event.waitSync({ timeout }),
      () => event.wait({ timeout }),
    );

  describe("Event", () => {
    it("wakes everybody who waits, here and there, sync and async, and does so again after a clear (parity 36)", async () => {
      const event = new adapter.Event();
      await withHands(suite, event, 2, async (sync, asynchronous) => {
        for (let round = 0; round < 2; round++) {
          await sync.tell("waitSync");
          await asynchronous.tell("wait");
          const here = [event.wait(), event.wait(), event.wait()];
          await untilWaiting(suite, event, 5);
          event.set();
          assert.deepEqual(await Promise.all([sync.report(), asynchronous.report(), ...here]), [
            true,
            true,
            true,
            true,
            true,
          ]);
          assert.deepEqual(
            [await sync.call("isSet"), await sync.call("waitSync"), await event.wait()],
            [true, true, true],
          );
          await asynchronous.call("clear");
          assert.equal(event.isSet, false);
        }
      });
    });

    it("set and clear may be repeated; once set, nobody waits until it is cleared (parity 35, 37)", async () => {
      const event = new adapter.Event();
      assert.equal(event.isSet, false);
      event.set();
      event.set();
      assert.deepEqual([await event.wait(), event.waitSync(), await event.wait({ timeout: 0 })], [true, true, true]);
      event.clear();
      event.clear();
      assert.deepEqual([event.isSet, event.waitSync({ timeout: 0 })], [false, false]);
      for (const timeout of [0, 1]) assert.equal(await event.wait({ timeout }), false);
      assert.equal(await waitSync(event, 1), false);
    });

    it("a waiter is woken by set although the flag is cleared at once", async () => {
      const event = new adapter.Event();
      const waits = [event.wait(), event.wait()];
      event.set();
      event.clear();
      assert.deepEqual(await Promise.all(waits), [true, true]);
      assert.equal(event.isSet, false);
    });

    it("a wait that blocks does not get the set that another wait was woken by", async () => {
      const event = new adapter.Event();
      const earlier = event.wait();
      event.set();
      event.clear();
      // Woken in this turn, `earlier` cannot have heard of it.
      assert.equal(await waitSync(event, 1), false);
      assert.equal(await earlier, true);
    });

    it("a wait never ends before its timeout (parity 37)", async () => {
      const event = new adapter.Event();
      const start = performance.now();
      assert.equal(await waitSync(event, 20), false);
      const middle = performance.now();
      assert.equal(await event.wait({ timeout: 20 }), false);
      // A timer may round down by a millisecond.
      assert.ok(middle - start >= 19 && performance.now() - middle >= 19);
    });

    it("one signal may end any number of waits, and takes time for each of them", async () => {
      const events = Array.from({ length: 20 }, () => new adapter.Event());
      const controller = new AbortController();
      const { signal } = controller;
      const kept = events.map((event) => event.wait());
      const ended = events.map((event) => event.wait({ signal }));
      let onAbort = 0;
      const warnings: Error[] = [];
      const onWarning = (warning: Error): void => void warnings.push(warning);
      process.on("warning", onWarning);
      signal.addEventListener("abort", () => onAbort++);
      for (let n = 0; n < 20_000; n++) ended.push((events[n % 20] as (typeof events)[0]).wait({ signal }));
      const gone = Promise.allSettled(ended);
      // Warnings come in a later turn.
      await turn();
      controller.abort("enough");
      const outcomes = await gone;
      assert.ok(outcomes.every((outcome) => outcome.status === "rejected" && outcome.reason === "enough"));
      process.off("warning", onWarning);
      assert.deepEqual([onAbort, warnings], [1, []]);
      for (const event of events) event.set();
      assert.ok((await Promise.all(kept)).every((isSet) => isSet));
    });

    it("an object of any kind stays as it is while nothing but a wait refers to it", async () => {
      const collectGarbage = suite.collectGarbage ?? findCollector();
      if (collectGarbage === undefined) return;
      const controller = new AbortController();
      const { signal } = controller;
      const [near, far] = adapter.pipe<string>();
      const begin = [
        () => new adapter.Event().wait({ signal }),
        () => {
          const lock = new adapter.Lock();
          lock.tryAcquire();
          return lock.acquire({ signal });
        },
        () => new adapter.Semaphore(0).acquire({ signal }),
        async () => {
          const lock = new adapter.RWLock();
          await lock.holdWrite();
          return lock.holdRead({ signal });
        },
        async () => {
          const condition = new adapter.Condition();
          await condition.lock.acquire();
          return condition.wait({ signal });
        },
        () => new adapter.Barrier(2).wait({ signal }),
        () => near.recv({ signal }),
        ...[adapter.Queue, adapter.LifoQueue, adapter.PriorityQueue].flatMap((Queue) => [
          () => new Queue<string>().get({ signal }),
          () => {
            const queue = new Queue<string>(1);
            queue.putNowait("first");
            return queue.put("second", { signal });
          },
          () => {
            const queue = new Queue<string>();
            queue.putNowait("not done");
            return queue.join({ signal });
          },
        ]),
      ];
      const waits = begin.map((start) => failureOf(start));
      for (let turns = 0; turns < 3; turns++) await turn();
      const { objects, waiters } = adapter.usage();
      assert.equal(waiters, waits.length);
      for (let turns = 0; turns < 5; turns++) {
        collectGarbage();
        await turn();
      }
      assert.deepEqual([adapter.usage().objects, adapter.usage().waiters], [objects, waiters]);
      controller.abort("enough");
      assert.deepEqual(new Set(await Promise.all(waits)), new Set(["enough"]));
      assert.equal(adapter.usage().waiters, 0);
      for (const end of [near, far]) end.close();
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
