import assert from "node:assert/strict";
import type { Lock } from "@heddle/core";
import { withHands } from "../hand.js";
import { blocking, type Contract, failsWith, failureOf, tasksOf, untilWaiting } from "../suite.js";
import type * as waits from "../tasks/waits.js";
import { holding } from "./holding.js";
import { servesInOrder } from "./lock-order.js";

const ignore = (): void => {};

/** Mutual exclusion, first come first served, exact about timeouts and aborts, and not survived by a dead holder in silence. */
export const lock: Contract = (suite) => {
  const { describe, it, adapter, capabilities } = suite;
  const tasks = tasksOf<typeof waits>(suite, "waits");

  describe("Lock", () => {
    it("is taken once, by one worker, and every worker sees that (parity 1, 10)", async () => {
      const lock = new adapter.Lock();
      await withHands(suite, lock, 1, async (hand) => {
        assert.equal(lock.locked, false);
        assert.equal(await hand.call("tryAcquire"), true);
        assert.equal(lock.locked, true);
        assert.equal(await hand.call("locked"), true);
        assert.equal(lock.tryAcquire(), false);
        assert.equal(await hand.call("tryAcquire"), false);
        assert.equal(await lock.acquire({ timeout: 0 }), false);
        assert.equal(lock.acquireSync({ timeout: 0 }), false);
        await hand.call("release");
        assert.equal(lock.acquireSync(), true);
        lock.release();
      });
    });

    it("five waiters stay where they are until it is released, and get through one after another (parity 2)", async () => {
      const lock = new adapter.Lock();
      await withHands(suite, lock, 2, async (one, other) => {
        await lock.acquire();
        let inside = 0;
        const here = [1, 2, 3].map(async () => {
          await lock.acquire();
          inside++;
          assert.equal(inside, 1);
          // Across a turn of the event loop: another worker that came in as well would be seen.
          await new Promise((resolve) => setImmediate(resolve));
          inside--;
          lock.release();
        });
        await one.tell("acquireSync");
        await other.tell("acquire");
        await untilWaiting(suite, lock, 5);
        assert.equal(inside, 0);
        lock.release();
        await Promise.all(here);
        const [first, second] = (await Promise.race([one.report().then(() => true), other.report().then(() => false)]))
          ? [one, other]
          : [other, one];
        assert.equal(adapter.waiting(lock), 1);
        await first.call("release");
        await untilWaiting(suite, lock, 0);
        await second.call("release");
        assert.equal(lock.locked, false);
      });
    });

    it("is not re-entrant: a second acquire waits until another worker has released it (parity 5)", async () => {
      const lock = new adapter.Lock();
      await lock.acquire();
      assert.equal(await lock.acquire({ timeout: 5 }), false);
      await withHands(suite, lock, 1, async (hand) => {
        const second = lock.acquire();
        await hand.call("release");
        assert.equal(await second, true);
      });
      lock.release();
      assert.equal(lock.locked, false);
    });

    it("may be released by any worker, and is then as good as new (parity 6)", async () => {
      const lock = new adapter.Lock();
      await lock.acquire();
      await withHands(suite, lock, 1, async (hand) => {
        await hand.call("release");
        assert.equal(lock.locked, false);
        assert.equal(await hand.call("acquire"), true);
        lock.release();
        assert.equal(lock.tryAcquire(), true);
        lock.release();
      });
    });

    it("wakes who waits for it, sync and async, here and there", async () => {
      const lock = new adapter.Lock();
      await withHands(suite, lock, 2, async (sync, asynchronous) => {
        await lock.acquire();
        await sync.tell("acquireSync");
        await untilWaiting(suite, lock, 1);
        await asynchronous.call("begin", "acquire");
        const here = lock.acquire();
        assert.equal(adapter.waiting(lock), 3);
        lock.release();
        assert.equal(await sync.report(), true);
        await sync.call("release");
        assert.equal(await asynchronous.call("settle"), true);
        await asynchronous.call("release");
        assert.equal(await here, true);
        lock.release();
      });
    });

    servesInOrder(suite);

    it("a timeout leaves the line, and those behind move up", async () => {
      const lock = new adapter.Lock();
      await lock.acquire();
      const impatient = lock.acquire({ timeout: 5 });
      const patient = lock.acquire();
      assert.equal(await impatient, false);
      lock.release();
      assert.equal(await patient, true);
      lock.release();
      assert.equal(lock.acquireSync({ timeout: 1 }), true);
      assert.equal(
        await blocking(
          suite,
          () => lock.acquireSync({ timeout: 1 }),
          () => lock.acquire({ timeout: 1 }),
        ),
        false,
      );
      lock.release();
    });

    it("a wait never ends before its timeout (parity 4)", async () => {
      const lock = new adapter.Lock();
      await lock.acquire();
      const start = performance.now();
      assert.equal(
        await blocking(
          suite,
          () => lock.acquireSync({ timeout: 20 }),
          () => lock.acquire({ timeout: 20 }),
        ),
        false,
      );
      const middle = performance.now();
      assert.equal(await lock.acquire({ timeout: 20 }), false);
      // A timer may round down by a millisecond.
      assert.ok(middle - start >= 19 && performance.now() - middle >= 19);
      lock.release();
    });

    it("any timeout from 0 will do, however long, and no other (parity 4)", async () => {
      const lock = new adapter.Lock();
      for (const timeout of [2 ** 31, Number.MAX_VALUE, Number.POSITIVE_INFINITY]) {
        assert.equal(await lock.acquire({ timeout }), true);
        lock.release();
        assert.equal(lock.acquireSync({ timeout }), true);
        const waiting = lock.acquire({ timeout });
        lock.release();
        assert.equal(await waiting, true);
        lock.release();
      }
      for (const timeout of [-1, -0.5, Number.NaN]) {
        assert.ok((await failureOf(() => lock.acquire({ timeout }))) instanceof RangeError);
        assert.throws(() => lock.acquireSync({ timeout }), RangeError);
      }
      assert.equal(lock.locked, false);
    });

    it("an abort rejects with the signal's reason and leaves the line", async () => {
      const lock = new adapter.Lock();
      await lock.acquire();
      const reason = new Error("enough");
      assert.equal(await failureOf(() => lock.acquire({ signal: AbortSignal.abort(reason) })), reason);
      const controller = new AbortController();
      const aborted = failureOf(() => lock.acquire({ signal: controller.signal }));
      const patient = lock.acquire();
      controller.abort(reason);
      assert.equal(await aborted, reason);
      lock.release();
      assert.equal(await patient, true);
      lock.release();
      assert.equal(lock.locked, false);
    });

    it("a grant that races with an abort goes to the next in line, and to nobody if there is none", async () => {
      const lock = new adapter.Lock();
      for (const hasNext of [true, false]) {
        await lock.acquire();
        const controller = new AbortController();
        const aborted = failureOf(() => lock.acquire({ signal: controller.signal }));
        const next = hasNext ? lock.acquire() : undefined;
        // Granted here and now, but not yet heard of: then the abort comes first.
        lock.release();
        controller.abort("enough");
        assert.equal(await aborted, "enough");
        assert.equal(await (next ?? lock.acquire()), true);
        lock.release();
        assert.equal(lock.locked, false);
      }
    });

    if (capabilities.mainMayBlock) {
      it("a blocking acquire is served although an async one of the same worker came first", async () => {
        const lock = new adapter.Lock();
        await withHands(suite, lock, 1, async (hand) => {
          await hand.call("acquire");
          const earlier = lock.acquire();
          await hand.tell("release");
          // The grant goes to the async wait, which this worker, blocked, could not hear of.
          assert.equal(lock.acquireSync(), true);
          lock.release();
          assert.equal(await earlier, true);
          lock.release();
          await hand.report();
        });
      });
    }

    it("hold and run release however their block ends, and an error comes through (parity 3)", async () => {
      const lock = new adapter.Lock();
      const guard = await lock.hold();
      assert.equal(lock.locked, true);
      guard.release();
      guard.release();
      assert.equal(lock.locked, false);
      lock.holdSync()[Symbol.dispose]();
      assert.equal(await lock.run(async () => 5), 5);
      const boom = new Error("boom");
      assert.equal(await failureOf(() => lock.run(() => Promise.reject(boom))), boom);
      assert.equal(lock.locked, false);
      await lock.acquire();
      await failsWith("HEDDLE_TIMEOUT", () => lock.hold({ timeout: 1 }));
      await failsWith("HEDDLE_TIMEOUT", () =>
        blocking(
          suite,
          () => lock.holdSync({ timeout: 1 }),
          () => lock.hold({ timeout: 1 }),
        ),
      );
      lock.release();
    });

    holding(suite, "Lock");

    it("release when free is an error, in every worker, and changes nothing (parity 8, 9)", async () => {
      const lock = new adapter.Lock();
      await failsWith("HEDDLE_LOCK_STATE", () => lock.release());
      assert.equal(lock.tryAcquire(), true);
      lock.release();
      await failsWith("HEDDLE_LOCK_STATE", () => lock.release());
      await failsWith("HEDDLE_LOCK_STATE", () => lock.recover());
      await withHands(suite, lock, 1, async (hand) => {
        await failsWith("HEDDLE_LOCK_STATE", () => hand.call("release"));
        await lock.acquire();
        // A failed try takes nothing and gives nothing back.
        assert.equal(await hand.call("tryAcquire"), false);
        assert.equal(lock.locked, true);
        lock.release();
        await failsWith("HEDDLE_LOCK_STATE", () => hand.call("release"));
        assert.equal(await hand.call("tryAcquire"), true);
      });
    });

    it("is abandoned when its holder is killed: waits, and later ones, get an error, until it is recovered", async () => {
      const lock = new adapter.Lock();
      await withHands(suite, lock, 2, async (holder, waiter) => {
        await holder.call("acquire");
        await waiter.tell("acquireSync");
        await untilWaiting(suite, lock, 1);
        const here = failsWith("HEDDLE_ABANDONED", () => lock.acquire());
        await holder.worker.terminate();
        await here;
        await failsWith("HEDDLE_ABANDONED", () => waiter.report());
        assert.deepEqual([lock.abandoned, lock.locked], [true, false]);
        await failsWith("HEDDLE_ABANDONED", () => lock.acquireSync());
        await failsWith("HEDDLE_ABANDONED", () => lock.tryAcquire());
        await failsWith("HEDDLE_LOCK_STATE", () => lock.release());
        lock.recover();
        assert.equal(lock.abandoned, false);
        assert.equal(await lock.acquire(), true);
        lock.release();
      });
    });

    it("is abandoned when its holder ends in whatever way", async () => {
      for (const [how, end] of [
        ["acquire", ["exit", 3]],
        ["hold", [""]],
      ] as const) {
        const lock: Lock = new adapter.Lock();
        await withHands(suite, lock, 1, async (holder) => {
          await holder.call(how);
          await holder.tell(end[0], ...end.slice(1));
          await holder.worker.join();
          assert.equal(lock.abandoned, true);
          const error = await failsWith("HEDDLE_ABANDONED", () => lock.acquire());
          assert.match(error.message, how === "acquire" ? /a worker died/ : /has ended without releasing it/);
          await failsWith("HEDDLE_LOCK_STATE", () => lock.release());
          lock.recover();
          assert.equal(lock.tryAcquire(), true);
          lock.release();
        });
      }
    });

    it("is still locked when its holder ends by itself: any worker may release it, and the except hook is told", async () => {
      const heard: string[][] = [];
      adapter.setExceptHook((error, { name }) => {
        heard.push([name, Reflect.get(Object(error), "code"), String(error)]);
      });
      const lock: Lock = new adapter.Lock();
      await withHands(suite, lock, 2, async (holder, waiter) => {
        await holder.call("acquire");
        await waiter.tell("acquireSync");
        await untilWaiting(suite, lock, 1);
        await holder.tell("");
        await holder.worker.join();
        assert.deepEqual([lock.abandoned, lock.locked, adapter.waiting(lock), heard.length], [false, true, 1, 1]);
        const [name, code, message] = heard[0] as string[];
        assert.deepEqual([name, code], [holder.worker.name, "HEDDLE_LOCK_STATE"]);
        assert.match(message as string, /has ended and left Lock #\d+ locked.*Semaphore/);
        // The other one has it then.
        lock.release();
        assert.equal(await waiter.report(), true);
        await waiter.call("release");
        assert.equal(lock.tryAcquire(), true);
        lock.release();
      });
      // A hook keeps what its function's scope refers to.
      adapter.setExceptHook(ignore);
    });

    it("is still locked when its holder ends, which has lost sight of it", async () => {
      adapter.setExceptHook(ignore);
      const lock: Lock = new adapter.Lock();
      const holder = new adapter.Worker(tasks.acquireAndForget, { args: [lock] }).start();
      await holder.join();
      assert.deepEqual([lock.abandoned, lock.locked], [false, true]);
      lock.release();
    });

    it("a waiter that is killed leaves the line", async () => {
      const lock = new adapter.Lock();
      await withHands(suite, lock, 1, async (victim) => {
        await lock.acquire();
        await victim.tell("acquireSync");
        await untilWaiting(suite, lock, 1);
        const behind = lock.acquire();
        await victim.worker.terminate();
        lock.release();
        assert.equal(await behind, true);
        lock.release();
        assert.deepEqual([lock.abandoned, lock.locked], [false, false]);
      });
    });
  });
};
