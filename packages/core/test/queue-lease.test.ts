import assert from "node:assert/strict";
import fc from "fast-check";
import { afterEach, describe, it, vi } from "vitest";
import { QueueEmptyError, QueueFullError } from "../src/contracts/errors.js";
import type { Queue } from "../src/contracts/queue.js";
import { LEASE_LEFT, QUEUE_LEASE, QUEUE_LEASED } from "../src/kernel/layout.js";
import { Lease } from "../src/queue/lease.js";
import { type Worker, workers } from "./workers.js";

const cellOf = (worker: Worker, queue: object): number => worker.kernel.cells.handleOf(queue)?.address as number;

/** How many items of `queue` are lent and not taken. */
function leased(worker: Worker, queue: object): number {
  const { i32 } = worker.kernel.region;
  const cell = cellOf(worker, queue);
  return i32[cell + QUEUE_LEASED] === 0 ? 0 : (i32[cell + QUEUE_LEASE] as number) & LEASE_LEFT;
}

/** Has `act` happen just before the next item of a lease is taken, when its bytes have been read already. */
function beforeTaking(worker: Worker, queue: object, act: () => void): void {
  const { compareExchange } = Atomics;
  const word = cellOf(worker, queue) + QUEUE_LEASE;
  let isDone = false;
  vi.stubGlobal("Atomics", {
    ...Object.fromEntries(Object.getOwnPropertyNames(Atomics).map((name) => [name, Reflect.get(Atomics, name)])),
    compareExchange(array: Int32Array, at: number, ...rest: [number, number]) {
      if (at === word && !isDone) {
        isDone = true;
        act();
      }
      return compareExchange(array, at, ...rest);
    },
  });
}

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A queue of the items 0 to `count` - 1, of which the first two are taken and the rest is lent to the first worker. */
function lease(count: number): { main: Worker; other: Worker; queue: Queue<unknown>; theirs: Queue<unknown> } {
  const [main, other] = workers();
  const queue = new main.surface.Queue<unknown>();
  for (let item = 0; item < count; item++) queue.putNowait(item);
  assert.deepEqual([queue.getNowait(), queue.getNowait()], [0, 1]);
  assert.equal(leased(main, queue), count - 2);
  return { main, other, queue, theirs: other.see(queue) };
}

describe("items that are lent to a getter", () => {
  it("are taken without the latch, and still counted", () => {
    const { main, queue, theirs } = lease(6);
    vi.spyOn(main.kernel.section, "enter").mockImplementation(() => assert.fail("the latch was taken"));
    const items = [queue.getNowait(), queue.getNowait()];
    vi.restoreAllMocks();
    assert.deepEqual([...items, queue.size, theirs.size], [2, 3, 2, 2]);
  });

  it("are put beside", () => {
    const { main, queue, theirs } = lease(4);
    theirs.putNowait("more");
    assert.equal(leased(main, queue), 2);
    assert.deepEqual(
      [1, 2, 3].map(() => queue.getNowait()),
      [2, 3, "more"],
    );
    assert.ok(queue.isEmpty);
  });

  it("are another's who comes just before: each comes out once, in order", () => {
    const { main, queue, theirs } = lease(6);
    const got: unknown[] = [];
    beforeTaking(main, queue, () => got.push(theirs.getNowait()));
    got.push(queue.getNowait());
    assert.deepEqual([got, leased(main, queue)], [[2, 3], 0]);
    assert.deepEqual([queue.getNowait(), theirs.getNowait()], [4, 5]);
  });

  it("cannot be taken any more while another is about to book those that were", () => {
    const [main, other] = workers();
    const queue = cellOf(main, new main.surface.Queue());
    const [held, ended] = [new Lease(main.kernel, queue), new Lease(other.kernel, queue)];
    main.kernel.waiters.inSection(queue, () => held.begin(3));
    assert.ok(held.tryTakeNext());
    other.kernel.waiters.inSection(queue, () => {
      assert.equal(ended.end(), 1);
      assert.ok(!held.tryTakeNext());
    });
    assert.equal(held.left, 0);
  });

  it("are read from where another has put something else since: the item is not taken", () => {
    const { main, queue, theirs } = lease(3);
    beforeTaking(main, queue, () => {
      assert.equal(theirs.getNowait(), 2);
      // As much as the buffer holds, and more: its first bytes are others now, and then it is another one.
      for (let n = 0; n < 100; n++) theirs.putNowait(`item ${n}`);
    });
    for (let n = 0; n < 100; n++) assert.equal(queue.getNowait(), `item ${n}`);
  });

  it("are the queue's when somebody waits: the next item is the waiter's", async () => {
    const { main, queue, theirs } = lease(3);
    const [first, second] = [theirs.get(), theirs.get()];
    assert.equal(leased(main, queue), 0);
    assert.throws(() => queue.getNowait(), QueueEmptyError);
    queue.putNowait("a");
    assert.deepEqual(await Promise.all([first, second]), [2, "a"]);
  });

  it("leave room in a queue that is full: a waiter for a place gets it at the next item taken", async () => {
    const [main, other] = workers();
    const queue = new main.surface.Queue<number>(4);
    const theirs = other.see(queue);
    for (let item = 0; item < 4; item++) queue.putNowait(item);
    assert.deepEqual([queue.getNowait(), queue.getNowait(), queue.getNowait()], [0, 1, 2]);
    assert.equal(leased(main, queue), 1);
    for (let item = 4; item < 7; item++) theirs.putNowait(item);
    assert.throws(() => theirs.putNowait(7), QueueFullError);
    const waits = theirs.put(7);
    assert.equal(queue.getNowait(), 3);
    await waits;
    assert.deepEqual(
      [4, 5, 6, 7].map(() => queue.getNowait()),
      [4, 5, 6, 7],
    );
  });

  it("are counted without the latch as they are, not as this worker's last section wrote", () => {
    const { queue, theirs } = lease(9);
    for (let item = 2; item < 9; item++) assert.equal(queue.getNowait(), item);
    // Records what the lease has taken.
    assert.equal(theirs.size, 0);
    theirs.putNowait("later");
    assert.equal(JSON.parse(JSON.stringify(queue)).size, 1);
  });

  it("are not lent if they refer to something: that changes hands under the latch", () => {
    const [main, other] = workers();
    const queue = new main.surface.Queue<unknown>();
    const lock = new main.surface.Lock();
    for (const item of [0, 1, lock, 3]) queue.putNowait(item);
    assert.deepEqual([queue.getNowait(), queue.getNowait()], [0, 1]);
    assert.ok(queue.getNowait() instanceof main.surface.Lock);
    assert.equal(other.see(queue).getNowait(), 3);
  });

  it("are discarded by a shutdown that does not let them drain", () => {
    const { queue, theirs } = lease(5);
    theirs.shutdown({ immediate: true });
    assert.throws(() => queue.getNowait(), { code: "HEDDLE_QUEUE_SHUT_DOWN" });
    assert.equal(queue.size, 0);
  });

  it("come out once, in order and all of them, with several getters and putters", () => {
    const step = fc.record({
      who: fc.nat(2),
      what: fc.oneof(
        { weight: 3, arbitrary: fc.record({ put: fc.oneof(fc.constant(1), fc.nat(400)) }) },
        { weight: 4, arbitrary: fc.record({ get: fc.integer({ min: 1, max: 6 }) }) },
        { weight: 1, arbitrary: fc.constant("size" as const) },
      ),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(0, 0, 3, 9), (steps, maxSize) => {
        const all = workers();
        const queue = new all[0].surface.Queue<string>(maxSize);
        const queues = all.map((worker) => worker.see(queue));
        const model: string[] = [];
        let serial = 0;
        for (const { who, what } of steps) {
          const mine = queues[who] as Queue<string>;
          if (what === "size") {
            assert.equal(mine.size, model.length);
          } else if ("put" in what) {
            const item = `${serial++}${"x".repeat(what.put)}`;
            if (maxSize > 0 && model.length === maxSize) {
              assert.throws(() => mine.putNowait(item), QueueFullError);
            } else {
              mine.putNowait(item);
              model.push(item);
            }
          } else {
            for (let n = 0; n < what.get; n++) {
              if (model.length === 0) assert.throws(() => mine.getNowait(), QueueEmptyError);
              else assert.equal(mine.getNowait(), model.shift());
            }
          }
        }
        assert.equal(queue.size, model.length);
      }),
      { numRuns: 300 },
    );
  });
});
