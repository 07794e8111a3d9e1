import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { LOCK_OWNER_MASK, LOCK_STATE, LOCK_WAITERS } from "../src/kernel/layout.js";
import { recover } from "../src/kernel/recovery.js";
import { workers } from "./workers.js";

const ENOUGH = new Error("enough");
const HOW = ["acquires it", "waits at a condition"] as const;

/** A lock that another worker waits for, and a third worker, which may release it. */
async function waitedFor(how: (typeof HOW)[number] = "acquires it") {
  const [main, waiter, other] = workers();
  const lock = new main.surface.Lock({ fair: true });
  const [theirs, others] = [waiter.see(lock), other.see(lock)];
  const address = main.kernel.cells.handleOf(lock)?.address ?? 0;
  const word = (): number => Atomics.load(main.kernel.region.i32, address + LOCK_STATE);
  const abort = new AbortController();
  const wait = await (async () => {
    if (how === "acquires it") {
      lock.tryAcquire();
      return { ended: theirs.acquire({ signal: abort.signal }) };
    }
    const condition = new main.surface.Condition(lock);
    theirs.tryAcquire();
    const ended = waiter.see(condition).wait();
    lock.tryAcquire();
    condition.notify();
    while ((word() & LOCK_WAITERS) === 0) await new Promise((resolve) => setImmediate(resolve));
    return { ended };
  })();
  const giveUp = async (): Promise<void> => {
    abort.abort(ENOUGH);
    await assert.rejects(wait.ended, ENOUGH);
  };
  return { main, waiter, lock, theirs, others, word, wait, giveUp };
}

describe("a grant that its worker has not seen before a third one released the lock", () => {
  it("is not handed on by who gives up, if its worker has taken the lock again", async () => {
    const { lock, theirs, others, giveUp } = await waitedFor();
    lock.release();
    others.release();
    assert.ok(theirs.tryAcquire());
    await giveUp();
    assert.equal(lock.tryAcquire(), false, "it is still held");
    theirs.release();
    assert.ok(lock.tryAcquire());
  });

  it("is not handed on by who gives up, if its worker was granted the lock again", async () => {
    const { lock, theirs, others, giveUp, waiter, word } = await waitedFor();
    const second = theirs.acquire();
    const third = others.acquire();
    lock.release();
    others.release();
    await giveUp();
    assert.equal(word() & LOCK_OWNER_MASK, waiter.kernel.me, "the next in line waits for the holder");
    await second;
    theirs.release();
    await third;
  });

  it.each(HOW)("does not free the lock that its worker holds when that dies: of one that %s", async (how) => {
    const { main, waiter, lock, theirs, others } = await waitedFor(how);
    lock.release();
    others.release();
    assert.ok(theirs.tryAcquire());
    recover(main.kernel, waiter.kernel.slot);
    assert.ok(lock.abandoned);
    lock.recover();
  });

  it.each(HOW)("is no later, blocking wait's of its worker: of one that %s", async (how) => {
    const { lock, theirs, others, wait } = await waitedFor(how);
    lock.release();
    others.release();
    assert.ok(others.tryAcquire());
    assert.equal(theirs.acquireSync({ timeout: 1 }), false, "another holds it");
    assert.equal(await wait.ended, true, "it was granted, and released");
    others.release();
    assert.ok(lock.tryAcquire());
  });
});

it("a blocking join does not end with what an earlier one was told", async () => {
  const [main, waiter] = workers();
  const queue = new main.surface.Queue<number>();
  const theirs = waiter.see(queue);
  queue.putNowait(1);
  const join = theirs.join();
  queue.getNowait();
  queue.taskDone();
  queue.putNowait(2);
  assert.equal(theirs.joinSync({ timeout: 1 }), false);
  assert.ok(await join);
});
