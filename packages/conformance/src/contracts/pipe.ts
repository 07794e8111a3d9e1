import assert from "node:assert/strict";
import type { Connection } from "@heddle/core";
import { withHands } from "../hand.js";
import { type Contract, failsWith, failureOf, tasksOf, untilWaiting } from "../suite.js";
import type * as tasks from "../tasks/ends.js";
import type * as queues from "../tasks/queues.js";

const CLOSED = "HEDDLE_CONNECTION_CLOSED";

/** Two ends: items that one sends are received by the other, once and in order, until one of them is closed. */
export const pipe: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const ends = tasksOf<typeof tasks>(suite, "ends");
  const { blockForItems } = tasksOf<typeof queues>(suite, "queues");

  describe("pipe", () => {
    it("carries items of any kind and size, both ways (parity 101)", async () => {
      const [here, there] = adapter.pipe<unknown>();
      await withHands(suite, there, 1, async (hand) => {
        const lock = new adapter.Lock();
        const bytes = new Uint8Array(16 * 2 ** 20).fill(7);
        for (const item of [{ seven: 7, on: [true] }, new Uint8Array([1, 2, 3]), lock, bytes, null]) {
          await here.send(item);
          await hand.call("send", await hand.call("recv"));
          assert.deepEqual(await here.recv(), item);
        }
        here.sendSync("blocking");
        assert.equal(await hand.call("recvSync"), "blocking");
      });
      assert.ok(here instanceof adapter.Connection);
    });

    it("wakes who waits to receive, blocked or not", async () => {
      const [here, there] = adapter.pipe<string>();
      for (const method of ["recvSync", "recv"]) {
        await withHands(suite, there, 1, async (hand) => {
          await hand.tell(method);
          await untilWaiting(suite, there, 1);
          await here.send("hello");
          assert.equal(await hand.report(), "hello");
        });
      }
    });

    it("an empty message counts, and looking for it takes nothing (parity 106)", async () => {
      const [here, there] = adapter.pipe<string>();
      assert.deepEqual([await there.poll({ timeout: 0 }), there.pollSync({ timeout: 1 })], [false, false]);
      for (const item of ["", "a", "", ""]) await here.send(item);
      assert.deepEqual([await there.poll(), await there.poll({ timeout: 0 }), there.pollSync()], [true, true, true]);
      const items = [];
      while (await there.poll({ timeout: 0 })) items.push(await there.recv());
      assert.deepEqual(items, ["", "a", "", ""]);
    });

    it("messages stay apart (parity 108)", async () => {
      const [here, there] = adapter.pipe<string>();
      await here.send("a");
      await here.send("bcd");
      for (const item of ["a", "bcd"]) {
        assert.deepEqual([await there.poll(), await there.poll(), await there.recv()], [true, true, item]);
      }
      assert.equal(await there.poll({ timeout: 0 }), false);
    });

    it("a poll is woken by an item, which the receive behind it gets (parity 101)", async () => {
      const [here, there] = adapter.pipe<string>();
      await withHands(suite, there, 1, async (hand) => {
        await hand.tell("pollSync");
        await untilWaiting(suite, there, 1);
        const received = there.recv();
        await untilWaiting(suite, there, 2);
        await here.send("item");
        assert.deepEqual([await hand.report(), await received], [true, "item"]);
      });
    });

    it("items sent before the other end closed arrive, and then it ends (parity 101)", async () => {
      const [here, there] = adapter.pipe<string>();
      await here.send("last");
      here.close();
      here.close();
      assert.equal(await there.poll(), true);
      assert.equal(await there.recv(), "last");
      assert.equal(await there.poll(), true);
      await failsWith(CLOSED, () => there.recv());
      await failsWith(CLOSED, () => there.recvSync({ timeout: 1 }));
      await failsWith(CLOSED, () => there.send("too late"));
      for await (const _ of there) assert.fail("nothing is left");
    });

    it("a receive that waits is told that the other end, or its own, was closed", async () => {
      for (const own of [true, false]) {
        const [here, there] = adapter.pipe<string>();
        await withHands(suite, there, 1, async (hand) => {
          await hand.tell("recvSync");
          const received = failsWith(CLOSED, () => there.recv());
          await untilWaiting(suite, there, 2);
          (own ? there : here).close();
          await received;
          await failsWith(CLOSED, () => hand.report());
        });
      }
    });

    it("an end that was closed is of no more use, and what came for it is discarded (parity 105)", async () => {
      const [here, there] = adapter.pipe<object>();
      await here.send({ event: new adapter.Event() });
      {
        using end = there;
        assert.equal(await end.poll(), true);
      }
      for (const act of [() => there.recv(), () => there.send({}), () => there.poll(), () => there.pollSync()]) {
        await failsWith(CLOSED, act);
      }
      await failsWith(CLOSED, async () => {
        for await (const _ of there) assert.fail("nothing comes out of a closed end");
      });
      await failsWith(CLOSED, () => here.send({}));
    });

    it("iteration takes what comes until the other end is closed", async () => {
      const [here, there] = adapter.pipe<number>();
      await withHands(suite, here, 1, async (hand) => {
        for (let n = 0; n < 3; n++) await hand.tell("send", n);
        await hand.tell("close");
        const items: number[] = [];
        for await (const item of there) items.push(item);
        assert.deepEqual(items, [0, 1, 2]);
      });
    });

    it("iteration that blocks takes what comes until the other end is closed; tryRecv takes what is there", async () => {
      const [here, there] = adapter.pipe<number>();
      assert.deepEqual([here.tryRecv(), here.tryRecv("none")], [undefined, "none"]);
      const worker = new adapter.Worker(blockForItems, { args: [there] }).start();
      for (const item of [1, 2, 3]) {
        await untilWaiting(suite, there, 1);
        here.sendSync(item);
      }
      there.sendSync(4);
      assert.equal(here.tryRecv("none"), 4);
      const late = here.items({ timeout: 0 });
      await failsWith("HEDDLE_TIMEOUT", () => late.next());
      here.close();
      assert.deepEqual(await worker.result, [1, 2, 3]);
      await worker.join();
      await failsWith(CLOSED, () => there.tryRecv("none"));
      assert.deepEqual([...there.itemsSync()], []);
    });

    it("an end whose last holder is killed is closed: nobody waits for the dead", async () => {
      // The only way to the end is through a worker: this one never holds it.
      const [link, far] = adapter.pipe<Connection<string>>();
      await withHands(suite, far, 1, async (hand) => {
        await hand.call("sendPipeEnd");
        const end = await link.recv();
        const received = failsWith(CLOSED, () => end.recv());
        await untilWaiting(suite, end, 1);
        await hand.worker.terminate();
        await received;
        await failsWith(CLOSED, () => end.send("anybody?"));
      });
    });

    it("an end given to a worker that crashes is closed, though its giver has kept it", async () => {
      const [here, there] = adapter.pipe<string>();
      const worker = new adapter.Worker(ends.endWith, { args: [there] });
      const crashed = failsWith("HEDDLE_WORKER_CRASHED", () => worker.start().result);
      await failsWith(CLOSED, () => here.recv());
      await crashed;
      await failsWith(CLOSED, () => there.send("anybody?"));
    });

    it("an end given to a task whose worker crashes is closed, though its giver has kept it", async () => {
      const [here, there] = adapter.pipe<string>();
      await using pool = new adapter.Pool({ size: 1 });
      const crashed = failsWith("HEDDLE_WORKER_CRASHED", () => pool.run(ends.endWith, there));
      await failsWith(CLOSED, () => here.recv());
      await crashed;
    });

    it("an end given to a worker that crashes stays open where another one has it, or one that ends well had it", async () => {
      const [here, there] = adapter.pipe<string>();
      await withHands(suite, there, 1, async (hand) => {
        const worker = new adapter.Worker(ends.endWith, { args: [there] });
        await failsWith("HEDDLE_WORKER_CRASHED", () => worker.start().result);
        await worker.join();
        await hand.tell("send", "still here");
        assert.equal(await here.recv(), "still here");
      });
      const [our, their] = adapter.pipe<string>();
      const worker = new adapter.Worker(ends.take, { args: [their] }).start();
      await worker.join();
      their.sendSync("still here");
      assert.equal(await our.recv(), "still here");
    });

    it("a timeout and an abort take nothing", async () => {
      const [here, there] = adapter.pipe<string>();
      await failsWith("HEDDLE_TIMEOUT", () => there.recv({ timeout: 1 }));
      await failsWith("HEDDLE_TIMEOUT", () => there.recvSync({ timeout: 0 }));
      const controller = new AbortController();
      const aborted = failureOf(() => there.recv({ signal: controller.signal }));
      const sent = here.send("item");
      controller.abort("enough");
      await sent;
      assert.equal(await aborted, "enough");
      assert.equal(await there.recv(), "item");
    });

    it("makes connections, which nobody else does, and refuses what cannot be sent", async () => {
      assert.throws(() => Reflect.construct(adapter.Connection as never, []), TypeError);
      const [here, there] = adapter.pipe<unknown>();
      await failsWith("HEDDLE_SEND", () => here.send(() => 1));
      assert.equal(await there.poll({ timeout: 0 }), false);
    });
  });
};
