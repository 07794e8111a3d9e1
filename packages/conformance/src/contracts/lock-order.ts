import assert from "node:assert/strict";
import { withHands } from "../hand.js";
import { type Suite, untilWaiting } from "../suite.js";

/** The part of a lock's contract about several workers that want it at once. */
export function servesInOrder(suite: Suite): void {
  const { adapter, it } = suite;

  it("serves waiters in the order in which they came", async () => {
    const lock = new adapter.Lock();
    await lock.acquire();
    const order: number[] = [];
    const waits = Array.from({ length: 10 }, async (_, i) => {
      await lock.acquire();
      order.push(i);
      lock.release();
    });
    lock.release();
    await Promise.all(waits);
    assert.deepEqual(order, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("is handed to one who waits in the same worker: nobody overtakes between release and wake-up", async () => {
    const lock = new adapter.Lock();
    await lock.acquire();
    const waiting = lock.acquire();
    lock.release();
    assert.equal(lock.tryAcquire(), false);
    assert.equal(lock.locked, true);
    assert.equal(await waiting, true);
    lock.release();
    assert.equal(lock.locked, false);
  });

  it("is handed to the worker that waits, if it is fair", async () => {
    const lock = new adapter.Lock({ fair: true });
    await withHands(suite, lock, 1, async (hand) => {
      for (let n = 0; n < 3; n++) {
        await lock.acquire();
        await hand.tell("acquireSync");
        await untilWaiting(suite, lock, 1);
        lock.release();
        assert.equal(lock.tryAcquire(), false);
        assert.equal(await hand.report(), true);
        await hand.call("release");
      }
    });
  });

  it("is everybody's in turn, though one worker takes it again and again", async () => {
    const lock = new adapter.Lock();
    await withHands(suite, lock, 1, async (hand) => {
      await lock.acquire();
      await hand.tell("acquireSync");
      await untilWaiting(suite, lock, 1);
      for (let isMine = true; isMine; isMine = lock.tryAcquire()) lock.release();
      assert.equal(await hand.report(), true);
      await hand.call("release");
      assert.equal(lock.locked, false);
    });
  });

  it("takes no options that it does not have", async () => {
    assert.throws(() => new adapter.Lock({ fair: 1 } as never), TypeError);
    assert.throws(() => new adapter.Lock({ fare: true } as never), TypeError);
  });
}
