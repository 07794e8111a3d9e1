import assert from "node:assert/strict";
import { withHands } from "../hand.js";
import { failsWith, failureOf, type Suite, tasksOf, untilWaiting } from "../suite.js";
import type * as waits from "../tasks/waits.js";

/** The forms in which whatever can be acquired is held for the length of a block, without waiting and blocking. */
export function holding(suite: Suite, kind: "Lock" | "RLock" | "Semaphore" | "BoundedSemaphore"): void {
  const { it, adapter } = suite;
  const tasks = tasksOf<typeof waits>(suite, "waits");

  it(`tryHold of ${kind} gives a guard if it is free, in every worker, and nothing if not`, async () => {
    const lock = new adapter[kind]();
    await withHands(suite, lock, 1, async (hand) => {
      const guard = lock.tryHold();
      assert.equal(await hand.call("tryHold"), undefined);
      if (kind !== "RLock") assert.equal(lock.tryHold(), undefined);
      guard?.release();
      assert.equal(await hand.call("tryHold"), "held");
      assert.equal(lock.tryHold(), undefined);
      await hand.call("letGo");
      assert.equal(lock.tryAcquire(), true);
      lock.release();
    });
  });

  it(`runSync of ${kind} blocks until it is free, and gives back however its block ends`, async () => {
    const lock = new adapter[kind]();
    const total = new adapter.Value("i32", 5);
    const guard = await lock.hold();
    const worker = new adapter.Worker(tasks.addHolding, { args: [lock, "runSync", total] }).start();
    await untilWaiting(suite, lock, 1);
    assert.equal(total.value, 5);
    guard.release();
    assert.deepEqual([await worker.result, total.value], [5, 6]);
    await worker.join();
    const isHeld = (): boolean => ("locked" in lock ? lock.locked : lock.value === 0);
    assert.deepEqual([lock.runSync(isHeld), isHeld()], [true, false]);
    const boom = new Error("boom");
    const fail = (): never => {
      throw boom;
    };
    assert.equal(await failureOf(() => lock.runSync(fail)), boom);
    const later = async (): Promise<never> => fail();
    const error = await failureOf(() => lock.runSync(later as never));
    assert.ok(error instanceof TypeError && /gave a promise/.test(error.message), `${error}`);
    assert.equal(isHeld(), false);
    assert.ok((await failureOf(() => lock.runSync(5 as never))) instanceof TypeError);
    const held = lock.tryHold();
    if (kind !== "RLock") await failsWith("HEDDLE_TIMEOUT", () => lock.runSync(() => {}, { timeout: 0 }));
    held?.release();
  });
}
