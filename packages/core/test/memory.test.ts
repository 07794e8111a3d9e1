import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, it } from "vitest";
import type { Adapter } from "../src/contracts/adapter.js";
import { DisposedError, MemoryFullError } from "../src/contracts/errors.js";
import type { Kernel } from "../src/kernel/kernel.js";
import { CELLS, TOP } from "../src/kernel/layout.js";
import { growableMemory } from "../src/threads/growable-memory.js";
import { bindData, bindQueues, bindSync } from "./bound.js";
import { oneThread, openKernel } from "./kernels.js";
import { checkHeap } from "./reference/heap.js";
import { workers } from "./workers.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** A worker alone in a region of a mebibyte and a page, with a collector; and how often that was asked for. */
function open(maxBytes = 17 << 16) {
  const asked = { count: 0 };
  const adapter: Adapter = {
    ...oneThread,
    openMemory: (token) => ({ ...growableMemory(token), maxBytes }),
    host: {
      ...oneThread.host,
      collectGarbage() {
        asked.count++;
        collectGarbage();
      },
    },
  };
  const kernel = openKernel(adapter, undefined);
  return { kernel, asked, ...bindSync(kernel), ...bindQueues(kernel), ...bindData(kernel) };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function collected(): Promise<void> {
  for (let n = 0; n < 3; n++) {
    await turn();
    collectGarbage();
    await turn();
  }
}

const topOf = ({ region }: Kernel): number => region.i32[TOP] as number;

describe("shared memory that was full", () => {
  for (const kind of ["PriorityQueue", "Queue", "LifoQueue"] as const) {
    it(`of the items of a ${kind}, and was drained, is there for all again`, () => {
      const heddle = open();
      const { kernel } = heddle;
      for (let round = 0; round < 3; round++) {
        const queue = new heddle[kind]<string>();
        let items = 0;
        assert.throws(() => {
          for (;;) {
            queue.putNowait("x".repeat(items % 700));
            items++;
          }
        }, MemoryFullError);
        for (let n = 0; n < items; n++) queue.getNowait();
        assert.ok(queue.isEmpty);
        // In other sizes than the items had.
        new heddle.SharedArray("u8", 400_000).dispose();
        for (let n = 0; n < 1000; n++) new heddle.Lock().dispose();
        queue.dispose();
        checkHeap(kernel.region);
        assert.equal(topOf(kernel), CELLS);
      }
    });
  }

  it("of garbage is there again, before it is said to be full", async () => {
    const { asked, SharedArray } = open();
    for (let n = 0; n < 200; n++) {
      new SharedArray("u8", 100_000);
      await turn();
    }
    assert.ok(asked.count > 0);
  });

  it("of messages that were read needs no collection of garbage, however many there were", () => {
    const { asked, kernel } = open(1 << 22);
    for (let n = 0; n < 600; n++) kernel.blobs.drop(kernel.blobs.create(1 << 20));
    assert.equal(asked.count, 0);
  });

  it("of what is held stays so: then it says so, and nothing is lost", async () => {
    const { SharedArray, kernel } = open();
    const held = Array.from({ length: 9 }, () => new SharedArray("u8", 100_000));
    await turn();
    assert.throws(() => new SharedArray("u8", 100_000), MemoryFullError);
    for (const [n, { view }] of held.entries()) view.fill(n);
    assert.ok(held.every(({ view }, n) => view.every((byte) => byte === n)));
    checkHeap(kernel.region);
  });

  it("of what was found to be garbage is let go of once, though its finalizers come later", async () => {
    const { kernel, Lock } = open();
    for (let n = 0; n < 100; n++) new Lock();
    await turn();
    collectGarbage();
    assert.ok(kernel.cells.letGoOfGarbage().freed >= 99);
    // In the same cells, before the finalizers of those that were there.
    const locks = Array.from({ length: 100 }, () => new Lock());
    await collected();
    assert.equal(kernel.usage().objects, 100);
    for (const lock of locks) assert.ok(lock.tryAcquire());
  });
});

describe("the region", () => {
  it("is no larger after many objects than after some", { timeout: 60_000 }, async () => {
    const { kernel, Lock, Queue } = open(1 << 28);
    const tops: number[] = [];
    for (let round = 0; round < 5; round++) {
      for (let n = 0; n < 4_000; n++) new Lock();
      for (let n = 0; n < 2_000; n++) new Queue<number>().putNowait(n);
      await collected();
      // The last one may still lie on the stack, and in the region above all that is free.
      assert.ok(kernel.usage().objects <= 1);
      checkHeap(kernel.region);
      if (kernel.usage().objects === 0 || round === 0) tops.push(topOf(kernel));
    }
    assert.ok(
      tops.every((top) => top <= (tops[0] as number) + 1024),
      tops.join(),
    );
  });
});

describe("an object that was disposed of", () => {
  it("is let go of at once, unless somebody else holds it", () => {
    const [main, other] = workers();
    const lock = new main.surface.Lock();
    const theirs = other.see(lock);
    lock.dispose();
    assert.equal(main.kernel.usage().objects, 1);
    assert.ok(theirs.tryAcquire());
    theirs.release();
    theirs.dispose();
    assert.equal(main.kernel.usage().objects, 0);
    assert.throws(() => lock.tryAcquire(), DisposedError);
  });

  it("takes along what only it refers to, however deep that goes", () => {
    const { kernel, Queue } = open(1 << 24);
    let outer = new Queue<unknown>();
    for (let n = 0; n < 3000; n++) {
      const inner = outer;
      outer = new Queue();
      outer.putNowait(inner);
      inner.dispose();
    }
    outer.dispose();
    assert.equal(kernel.usage().objects, 0);
  });

  it("stays while this worker waits for it, and while it holds it", async () => {
    const { kernel, Lock, Queue, RWLock } = open();
    const queue = new Queue<string>();
    const got = queue.get();
    queue.dispose();
    const lock = new Lock();
    lock.acquireSync();
    lock.dispose();
    const rwlock = new RWLock();
    const guard = rwlock.holdReadSync();
    rwlock.dispose();
    assert.equal(kernel.usage().objects, 3);
    guard.release();
    checkHeap(kernel.region);
    void got;
  });

  it("stays while a view is all that is left of it", () => {
    const { SharedArray } = open();
    const array = new SharedArray("i32", [1, 2, 3]);
    const { view } = array;
    array.dispose();
    new SharedArray("i32", 3).view.fill(-1);
    assert.deepEqual([...view], [1, 2, 3]);
  });

  it("stays while a view of it is left, and is given again as another object", async () => {
    const { kernel, SharedArray, Queue } = open();
    const queue = new Queue<Int32Array>();
    let view: Int32Array | undefined = (() => {
      const array = new SharedArray("i32", [1, 2, 3]);
      queue.putNowait(array.view.subarray(1));
      const { view } = array;
      array.dispose();
      assert.throws(() => array.view, DisposedError);
      return view;
    })();
    await collected();
    assert.deepEqual([...view], [1, 2, 3]);
    const part = queue.getNowait();
    part[0] = 20;
    assert.deepEqual([...view], [1, 20, 3]);
    view = undefined;
    await collected();
    assert.deepEqual([part.length, part[0]], [2, 20]);
    assert.equal(kernel.usage().objects, 2);
  });
});
