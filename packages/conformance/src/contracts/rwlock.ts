import assert from "node:assert/strict";
import { withHands } from "../hand.js";
import { type Contract, failsWith, failureOf, tasksOf, untilWaiting } from "../suite.js";
import type * as waits from "../tasks/waits.js";

/** Many readers or one writer; a waiting writer holds new readers back; the dead are not in the way. */
export const rwlock: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof waits>(suite, "waits");

  describe("RWLock", () => {
    it("many read at once, one writes alone, in every worker", async () => {
      const lock = new adapter.RWLock();
      await withHands(suite, lock, 1, async (hand) => {
        const here = await lock.holdRead();
        const again = lock.holdReadSync();
        assert.equal(await hand.call("holdReadSync"), "held");
        assert.deepEqual([lock.readers, lock.writing], [3, false]);
        await failsWith("HEDDLE_TIMEOUT", () => lock.holdWrite({ timeout: 0 }));
        await failsWith("HEDDLE_TIMEOUT", () => hand.call("holdWriteSync", { timeout: 1 }));
        here.release();
        again[Symbol.dispose]();
        await failsWith("HEDDLE_TIMEOUT", () => lock.holdWriteSync({ timeout: 1 }));
        await hand.call("letGo");
        const write = await lock.holdWrite();
        assert.deepEqual([lock.readers, lock.writing, await hand.call("writing")], [0, true, true]);
        await failsWith("HEDDLE_TIMEOUT", () => hand.call("holdRead", { timeout: 1 }));
        await failsWith("HEDDLE_TIMEOUT", () => hand.call("holdWrite", { timeout: 1 }));
        write.release();
        assert.equal(await hand.call("holdWriteSync"), "held");
        await hand.call("letGo");
      });
    });

    it("tryHoldRead and tryHoldWrite hold it if they need not wait, in every worker", async () => {
      const lock = new adapter.RWLock();
      await withHands(suite, lock, 1, async (hand) => {
        const read = lock.tryHoldRead();
        assert.equal(await hand.call("tryHoldRead"), "held");
        assert.deepEqual(
          [lock.readers, lock.tryHoldWrite(), await hand.call("tryHoldWrite")],
          [2, undefined, undefined],
        );
        const writing = lock.holdWrite();
        assert.equal(lock.tryHoldRead(), undefined, "a writer waits");
        read?.release();
        await hand.call("letGo");
        const write = await writing;
        assert.deepEqual([lock.tryHoldRead(), await hand.call("tryHoldWrite")], [undefined, undefined]);
        write.release();
        assert.equal(await hand.call("tryHoldWrite"), "held");
        await hand.call("letGo");
        assert.deepEqual([lock.readers, lock.writing], [0, false]);
      });
    });

    it("runs what reads and what writes, blocking or not, and gives back however that ends", async () => {
      const lock = new adapter.RWLock();
      const held = (): unknown[] => [lock.readers, lock.writing];
      assert.deepEqual(await lock.runRead(async () => held()), [1, false]);
      assert.deepEqual(await lock.runWrite(held), [0, true]);
      assert.deepEqual(
        [lock.runReadSync(held), lock.runWriteSync(held)],
        [
          [1, false],
          [0, true],
        ],
      );
      const boom = new Error("boom");
      const fail = (): never => {
        throw boom;
      };
      for (const run of ["runRead", "runWrite", "runReadSync", "runWriteSync"] as const) {
        assert.equal(await failureOf(() => lock[run](fail)), boom);
        assert.ok((await failureOf(() => lock[run](5 as never))) instanceof TypeError);
        if (!run.endsWith("Sync")) continue;
        const later = async (): Promise<never> => fail();
        assert.ok((await failureOf(() => lock[run](later as never))) instanceof TypeError);
      }
      const total = new adapter.Value("i32");
      for (const how of ["runReadSync", "runWriteSync"] as const) {
        const guard = await lock.holdWrite();
        await failsWith("HEDDLE_TIMEOUT", () => lock[how](fail as never, { timeout: 0 }));
        const worker = new adapter.Worker(tasks.addHolding, { args: [lock, how, total] }).start();
        await untilWaiting(suite, lock, 1);
        guard.release();
        await worker.result;
        await worker.join();
      }
      assert.deepEqual([total.value, ...held()], [2, 0, false]);
    });

    it("a guard gives back once, even if others hold the lock by then", async () => {
      const lock = new adapter.RWLock();
      const read = await lock.holdRead();
      const other = await lock.holdRead();
      read.release();
      read.release();
      assert.equal(lock.readers, 1);
      other.release();
      const write = await lock.holdWrite();
      write.release();
      const next = await lock.holdWrite();
      write.release();
      assert.equal(lock.writing, true);
      next.release();
      assert.equal(lock.writing, false);
    });

    it("a waiting writer holds new readers back, and comes in when the last reader leaves", async () => {
      const lock = new adapter.RWLock();
      await withHands(suite, lock, 2, async (writer, reader) => {
        const [first, second] = [await lock.holdRead(), await lock.holdRead()];
        await writer.tell("holdWriteSync");
        await untilWaiting(suite, lock, 1);
        await failsWith("HEDDLE_TIMEOUT", () => lock.holdRead({ timeout: 0 }));
        await reader.tell("holdReadSync");
        await untilWaiting(suite, lock, 2);
        first.release();
        assert.deepEqual([lock.readers, adapter.waiting(lock)], [1, 2]);
        second.release();
        assert.equal(await writer.report(), "held");
        assert.deepEqual([lock.writing, adapter.waiting(lock)], [true, 1]);
        await writer.call("letGo");
        assert.equal(await reader.report(), "held");
        await reader.call("letGo");
        assert.deepEqual([lock.readers, lock.writing], [0, false]);
      });
    });

    it("is handed to the worker that waits, if it is fair", async () => {
      const lock = new adapter.RWLock({ fair: true });
      await withHands(suite, lock, 1, async (hand) => {
        for (const access of ["holdWriteSync", "holdReadSync"]) {
          const guard = await lock.holdWrite();
          await hand.tell(access);
          await untilWaiting(suite, lock, 1);
          guard.release();
          assert.equal(lock.tryHoldWrite(), undefined);
          assert.equal(await hand.report(), "held");
          await hand.call("letGo");
        }
      });
      assert.throws(() => new adapter.RWLock({ fair: 1 } as never), TypeError);
      assert.throws(() => new adapter.RWLock({ fare: true } as never), TypeError);
    });

    it("a worker that waits has it at last, though another writes again and again", async () => {
      const lock = new adapter.RWLock();
      await withHands(suite, lock, 2, async (writer, reader) => {
        const first = await lock.holdWrite();
        await writer.tell("holdWriteSync");
        await reader.tell("holdReadSync");
        await untilWaiting(suite, lock, 2);
        let guard: ReturnType<typeof lock.tryHoldWrite> = first;
        for (; guard !== undefined; guard = lock.tryHoldWrite()) guard.release();
        assert.equal(await writer.report(), "held");
        await writer.call("letGo");
        assert.equal(await reader.report(), "held");
        await reader.call("letGo");
        assert.deepEqual([lock.readers, lock.writing], [0, false]);
      });
    });

    it("writers come in the order in which they came to wait, then all readers together", async () => {
      const lock = new adapter.RWLock();
      const order: string[] = [];
      const first = await lock.holdWrite();
      const readers = ["a", "b", "c"].map((name) =>
        lock.holdRead().then((guard) => {
          order.push(name);
          return guard;
        }),
      );
      const writers = [1, 2, 3].map((n) =>
        lock.holdWrite().then((guard) => {
          order.push(`writer ${n}, ${lock.readers} readers`);
          guard.release();
        }),
      );
      first.release();
      await Promise.all(writers);
      const guards = await Promise.all(readers);
      const alone = [1, 2, 3].map((n) => `writer ${n}, 0 readers`);
      assert.deepEqual(order, [...alone, "a", "b", "c"]);
      // None had to wait for another to leave.
      assert.equal(lock.readers, 3);
      for (const guard of guards) guard.release();
      assert.equal(lock.readers, 0);
    });

    it("readers behind a writer who gives up come in", async () => {
      const lock = new adapter.RWLock();
      await withHands(suite, lock, 1, async (victim) => {
        const read = await lock.holdRead();
        const controller = new AbortController();
        const aborted = failureOf(() => lock.holdWrite({ signal: controller.signal }));
        await victim.tell("holdWriteSync");
        await untilWaiting(suite, lock, 2);
        const impatient = failsWith("HEDDLE_TIMEOUT", () => lock.holdWrite({ timeout: 1 }));
        const behind = lock.holdRead();
        await impatient;
        controller.abort("enough");
        assert.equal(await aborted, "enough");
        assert.equal(lock.readers, 1);
        await victim.worker.terminate();
        (await behind).release();
        read.release();
        assert.equal(lock.readers, 0);
      });
    });

    it("a grant that races with an abort goes to the next in line", async () => {
      const lock = new adapter.RWLock();
      for (const method of ["holdWrite", "holdRead"] as const) {
        const write = await lock.holdWrite();
        const controller = new AbortController();
        const aborted = failureOf(() => lock[method]({ signal: controller.signal }));
        const next = lock.holdWrite();
        if (method === "holdRead") {
          write.release();
          (await next).release();
        } else {
          write.release();
        }
        controller.abort("enough");
        assert.equal(await aborted, "enough");
        (await (method === "holdRead" ? lock.holdWrite() : next)).release();
        assert.deepEqual([lock.readers, lock.writing], [0, false]);
      }
    });

    it("a worker that blocks is not kept out by what it was granted and could not hear of", async () => {
      const lock = new adapter.RWLock();
      for (const [pending, blocking] of [
        ["holdRead", "holdWriteSync"],
        ["holdWrite", "holdReadSync"],
        ["holdWrite", "holdWriteSync"],
      ] as const) {
        const write = await lock.holdWrite();
        const earlier = lock[pending]();
        // The grant goes to the async wait, in this very turn.
        write.release();
        lock[blocking]().release();
        (await earlier).release();
        assert.deepEqual([lock.readers, lock.writing], [0, false]);
      }
    });

    it("a reader that dies gives its reads back", async () => {
      const lock = new adapter.RWLock();
      await withHands(suite, lock, 2, async (reader, writer) => {
        const mine = await lock.holdRead();
        for (const _ of [1, 2, 3]) await reader.call("holdRead");
        await writer.tell("holdWriteSync");
        await untilWaiting(suite, lock, 1);
        assert.equal(lock.readers, 4);
        await reader.worker.terminate();
        assert.deepEqual([lock.readers, lock.abandoned], [1, false]);
        mine.release();
        assert.equal(await writer.report(), "held");
        await writer.call("letGo");
      });
    });

    it("a reader that ends, and has lost sight of it, gives its reads back", async () => {
      const lock = new adapter.RWLock();
      const reader = new adapter.Worker(tasks.readAndForget, { args: [adapter.adapter.url, lock] }).start();
      await reader.join();
      assert.deepEqual([lock.readers, lock.abandoned], [0, false]);
    });

    it("is abandoned when its writer dies: waits, and later ones, get an error, until it is recovered", async () => {
      const lock = new adapter.RWLock();
      await failsWith("HEDDLE_LOCK_STATE", () => lock.recover());
      await withHands(suite, lock, 2, async (writer, waiter) => {
        await writer.call("holdWrite");
        await waiter.tell("holdReadSync");
        await untilWaiting(suite, lock, 1);
        const here = failsWith("HEDDLE_ABANDONED", () => lock.holdWrite());
        await writer.worker.terminate();
        await here;
        await failsWith("HEDDLE_ABANDONED", () => waiter.report());
        assert.deepEqual([lock.abandoned, lock.writing], [true, false]);
        await failsWith("HEDDLE_ABANDONED", () => lock.holdReadSync());
        await failsWith("HEDDLE_ABANDONED", () => lock.holdWrite({ timeout: 0 }));
        lock.recover();
        assert.equal(lock.abandoned, false);
        (await lock.holdWrite()).release();
        (await lock.holdRead()).release();
      });
    });

    it("is abandoned when its writer ends, which has lost sight of it", async () => {
      const lock = new adapter.RWLock();
      adapter.setExceptHook(() => {});
      const writer = new adapter.Worker(tasks.writeAndForget, { args: [adapter.adapter.url, lock] }).start();
      await writer.join();
      assert.deepEqual([lock.writing, lock.abandoned], [false, true]);
    });

    it("refuses timeouts and signals that are none, and takes nothing", async () => {
      const lock = new adapter.RWLock();
      assert.ok((await failureOf(() => lock.holdRead({ timeout: -1 }))) instanceof RangeError);
      assert.ok((await failureOf(() => lock.holdWriteSync({ timeout: Number.NaN }))) instanceof RangeError);
      assert.ok((await failureOf(() => lock.holdWrite({ signal: {} as never }))) instanceof TypeError);
      assert.equal(await failureOf(() => lock.holdWrite({ signal: AbortSignal.abort("before") })), "before");
      assert.deepEqual([lock.readers, lock.writing], [0, false]);
    });
  });
};
