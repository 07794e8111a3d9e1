import assert from "node:assert/strict";
import { afterEach, describe, it, vi } from "vitest";
import { AbandonedError, LockStateError } from "../src/contracts/errors.js";
import {
  CELL_LATCH,
  LATCH_COMMITTED,
  LOCK_ABANDONED,
  LOCK_STATE,
  latchWord,
  NODE_GRANTED,
  SEMAPHORE_STATE,
  SEMAPHORE_WAITERS,
} from "../src/kernel/layout.js";
import { recover } from "../src/kernel/recovery.js";
import { eachNode } from "../src/kernel/waiters.js";
import { type Worker, workers } from "./workers.js";

const CHANGES = ["add", "and", "compareExchange", "exchange", "or", "store", "sub", "xor"] as const;

const native = Atomics;

/** Has `act` called in place of one of the functions of `Atomics`, with what calls that. */
function stub(
  name: (typeof CHANGES)[number] | "load",
  act: (call: () => number, args: readonly number[]) => number,
): void {
  const others = Object.getOwnPropertyNames(Atomics).map((key) => [key, Reflect.get(Atomics, key) as unknown]);
  vi.stubGlobal("Atomics", {
    ...Object.fromEntries(others),
    [name]: (array: Int32Array, ...args: [number, number, number]) => act(() => native[name](array, ...args), args),
  });
}

/** Has `look` called after each change of a shared word. */
function afterEachChange(look: () => void): void {
  for (const change of CHANGES) {
    stub(change, (call) => {
      const result = call();
      look();
      return result;
    });
  }
}

/** Runs `act` once: right after somebody has read the word at `address`. */
function onceRead(address: number, act: () => void): void {
  let isDue = true;
  stub("load", (load, args) => {
    const result = load();
    if (args[0] === address && isDue) {
      isDue = false;
      act();
    }
    return result;
  });
}

/** Runs `act` once: when somebody is about to take `latch`. */
function onceBefore(latch: number, act: () => void): void {
  let isDue = true;
  stub("compareExchange", (exchange, [address]) => {
    if (address === latch && isDue) {
      isDue = false;
      act();
    }
    return exchange();
  });
}

const cellOf = ({ kernel }: Worker, object: object): number => kernel.cells.handleOf(object)?.address ?? 0;

function isGranted({ kernel }: Worker): boolean {
  let found = false;
  eachNode(kernel.region, kernel.slot, (_, state) => {
    if (state === NODE_GRANTED) found = true;
  });
  return found;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("a worker that sees its grant", () => {
  it.each(["Lock", "RLock"] as const)("owns the %s", async (kind) => {
    const [main, other, third] = workers();
    const lock = new main.surface[kind]({ fair: true });
    lock.tryAcquire();
    const waits = [other.see(lock).acquire(), third.see(lock).acquire()];
    const word = cellOf(main, lock) + LOCK_STATE;
    let looks = 0;
    afterEachChange(() => {
      const owner = (main.kernel.region.i32[word] as number) & 0xff;
      for (const worker of [other, third]) {
        if (!isGranted(worker)) continue;
        looks++;
        assert.equal(owner, worker.kernel.me);
      }
    });
    lock.release();
    await waits[0];
    other.see(lock).release();
    await waits[1];
    assert.ok(looks > 0);
  });

  it.each([true, false])("finds free what else was released with its permit, fair: %s", async (fair) => {
    const [main, other] = workers();
    const permits = new main.surface.Semaphore(0, { fair });
    const theirs = other.see(permits);
    const wait = theirs.acquire();
    let looks = 0;
    afterEachChange(() => {
      if (!isGranted(other)) return;
      looks++;
      assert.equal(theirs.value, 2);
    });
    permits.release(3);
    await wait;
    assert.ok(looks > 0);
  });

  it("reads or writes, as far as the rwlock knows", async () => {
    const [main, other, third] = workers();
    const lock = new main.surface.RWLock({ fair: true });
    const guard = lock.holdWriteSync();
    const waits = [other.see(lock).holdRead(), third.see(lock).holdRead()];
    let looks = 0;
    afterEachChange(() => {
      const readers = [other, third].filter(isGranted).length;
      if (readers > 0) looks++;
      assert.ok(lock.readers >= readers);
    });
    guard.release();
    vi.unstubAllGlobals();
    for (const wait of waits) (await wait).release();
    assert.ok(looks > 0);
  });
});

it("a worker that was granted a lock sees that also while another section is under way there", async () => {
  const [main, waiter, other] = workers();
  const lock = new main.surface.Lock({ fair: true });
  lock.tryAcquire();
  const wait = waiter.see(lock).acquire();
  lock.release();
  const latch = cellOf(main, lock) + CELL_LATCH;
  const word = latchWord(other.kernel.slot, other.kernel.id) | LATCH_COMMITTED;
  Atomics.store(main.kernel.region.i32, latch, word);
  let looks = 0;
  stub("load", (load, [address]) => {
    // The other one gets on with it.
    if (address === latch && ++looks === 2) native.store(main.kernel.region.i32, latch, 0);
    return load();
  });
  assert.equal(await wait, true);
  assert.ok(looks >= 2);
});

it("a waiter that is woken for a lock, which another worker takes as it looks, waits on in its place", async () => {
  const [main, waiter, other] = workers();
  const lock = new main.surface.Lock();
  const theirs = other.see(lock);
  lock.tryAcquire();
  const wait = waiter.see(lock).acquire({ timeout: 1000 });
  lock.release();
  const isTaken = new Promise<boolean>((resolve) => {
    onceRead(cellOf(main, lock) + LOCK_STATE, () => resolve(theirs.tryAcquire()));
  });
  assert.equal(await isTaken, true);
  vi.unstubAllGlobals();
  theirs.release();
  assert.equal(await wait, true);
});

describe("a lock that any worker may release", () => {
  it("is not handed on by who was granted it, gives up and finds it somebody else's meanwhile", async () => {
    const [main, waiter, other] = workers();
    const lock = new main.surface.Lock({ fair: true });
    const abort = new AbortController();
    lock.tryAcquire();
    const wait = assert.rejects(waiter.see(lock).acquire({ signal: abort.signal }), /enough/);
    lock.release();
    const theirs = other.see(lock);
    onceRead(cellOf(main, lock) + LOCK_STATE, () => {
      lock.release();
      assert.ok(theirs.tryAcquire());
    });
    abort.abort(new Error("enough"));
    await wait;
    assert.equal(lock.tryAcquire(), false);
    other.see(lock).release();
  });

  it("is not abandoned by its owner's death if it is somebody else's meanwhile", async () => {
    const [main, dead, other] = workers();
    const lock = new main.surface.Lock();
    dead.see(lock).tryAcquire();
    const theirs = other.see(lock);
    onceRead(cellOf(main, lock) + LOCK_STATE, () => {
      theirs.release();
      assert.ok(theirs.tryAcquire());
    });
    recover(main.kernel, dead.kernel.slot);
    assert.equal(lock.abandoned, false);
    other.see(lock).release();
    assert.ok(lock.tryAcquire());
  });

  it("is released once, where two release it and the waiter gave up", async () => {
    const [main, waiter, other] = workers();
    const lock = new main.surface.Lock();
    const abort = new AbortController();
    lock.tryAcquire();
    const wait = assert.rejects(waiter.see(lock).acquire({ signal: abort.signal }), /enough/);
    const latch = cellOf(main, lock) + CELL_LATCH;
    onceBefore(latch, () => {
      abort.abort(new Error("enough"));
      other.see(lock).release();
    });
    assert.throws(() => lock.release(), LockStateError);
    await wait;
    assert.equal(lock.locked, false);
  });

  it("stays its holder's where a later wait of that worker, by the node of its grant, is given up", async () => {
    const [main, holder] = workers();
    const lock = new main.surface.Lock({ fair: true });
    const theirs = holder.see(lock);
    lock.tryAcquire();
    const granted = theirs.acquire();
    lock.release();
    assert.equal(await granted, true);
    const abort = new AbortController();
    const wait = assert.rejects(theirs.acquire({ signal: abort.signal }), /enough/);
    abort.abort(new Error("enough"));
    await wait;
    assert.equal(lock.tryAcquire(), false);
    theirs.release();
    assert.ok(lock.tryAcquire());
  });

  it("is recovered with nobody left waiting, though a recovery was cut short before it had told all", async () => {
    const [main, waiter, other] = workers();
    const lock = new main.surface.Lock();
    lock.tryAcquire();
    const wait = assert.rejects(waiter.see(lock).acquire(), AbandonedError);
    const cell = cellOf(main, lock);
    const { section } = main.kernel;
    section.run(cell + CELL_LATCH, () => section.write(cell + LOCK_STATE, LOCK_ABANDONED));
    other.see(lock).recover();
    await wait;
    assert.throws(() => lock.recover(), LockStateError);
    assert.ok(lock.tryAcquire());
  });
});

it("a bounded semaphore that two release at once, and whose waiter gives up, holds no more than at first", async () => {
  const [main, waiter, other] = workers();
  const permits = new main.surface.BoundedSemaphore(1);
  const abort = new AbortController();
  permits.tryAcquire();
  const wait = assert.rejects(waiter.see(permits).acquire({ signal: abort.signal }), /enough/);
  onceBefore(cellOf(main, permits) + CELL_LATCH, () => {
    abort.abort(new Error("enough"));
    other.see(permits).release();
  });
  assert.throws(() => permits.release(), RangeError);
  await wait;
  assert.equal(permits.value, 1);
  assert.ok(permits.tryAcquire());
  assert.equal(permits.tryAcquire(), false);
  permits.release();
  assert.equal(permits.value, 1);
});

it("permits that a worker died counting go to those who wait for them, as soon as another worker comes", async () => {
  const [main, waiter, other] = workers();
  const permits = new main.surface.Semaphore(0, { fair: true });
  const waits = [waiter.see(permits).acquire(), other.see(permits).acquire()];
  const cell = cellOf(main, permits);
  // As after the first of three grants.
  const { section } = main.kernel;
  section.run(cell + CELL_LATCH, () => section.write(cell + SEMAPHORE_STATE, 2 | SEMAPHORE_WAITERS));
  assert.equal(permits.value, 2);
  assert.equal(permits.tryAcquire(), false, "the others have them");
  assert.deepEqual(await Promise.all(waits), [true, true]);
  assert.equal(permits.value, 0);
});
