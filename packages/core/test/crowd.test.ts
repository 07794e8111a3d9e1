import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { AbandonedError, BrokenBarrierError, LockStateError, TimeoutError } from "../src/contracts/errors.js";
import type { Barrier, Condition, RLock, RWLock } from "../src/contracts/sync.js";
import type { Kernel } from "../src/kernel/kernel.js";
import { BARRIER_RELEASING, BARRIER_STATE, CELL_LATCH, RLOCK_DEPTH, RLOCK_TASK } from "../src/kernel/layout.js";
import { recover } from "../src/kernel/recovery.js";
import { bindSync } from "./bound.js";
import { openKernels } from "./kernels.js";

interface Worker {
  readonly kernel: Kernel;
  readonly surface: ReturnType<typeof bindSync>;
  /** This worker's object for another worker's. */
  see<T extends object>(object: T): T;
}

/** Three workers: one that lives, one that will die, one that waits. */
function workers(): [Worker, Worker, Worker] {
  const kernels = openKernels(3);
  const made = kernels.map(
    (kernel): Worker => ({
      kernel,
      surface: bindSync(kernel),
      see<T extends object>(object: T): T {
        const handle = kernels.map(({ cells }) => cells.handleOf(object)).find((found) => found !== undefined);
        assert.ok(handle);
        return kernel.cells.hold(handle.address) as T;
      },
    }),
  );
  return made as [Worker, Worker, Worker];
}

const cellOf = ({ kernel }: Worker, object: object): number => kernel.cells.handleOf(object)?.address ?? 0;

describe("two tasks of one worker", () => {
  function tasks(): { as: (task: number) => void; lock: RLock; condition: Condition } {
    const [{ kernel, surface }] = workers();
    let current = 0;
    kernel.currentTask = () => current;
    const lock = new surface.RLock();
    return { as: (task) => (current = task), lock, condition: new surface.Condition(lock) };
  }

  it("exclude each other by an rlock, and neither can release what the other holds", () => {
    const { as, lock } = tasks();
    as(1);
    assert.ok(lock.tryAcquire() && lock.tryAcquire());
    as(2);
    assert.equal(lock.tryAcquire(), false);
    assert.equal(lock.acquireSync({ timeout: 1 }), false);
    assert.throws(() => lock.release(), LockStateError);
    as(1);
    lock.release();
    as(2);
    assert.equal(lock.tryAcquire(), false);
    as(1);
    lock.release();
    as(2);
    assert.ok(lock.tryAcquire());
  });

  it("own what they began to acquire, whichever of them is running when it is granted", async () => {
    const { as, lock } = tasks();
    as(1);
    lock.tryAcquire();
    as(2);
    const second = lock.acquire();
    as(1);
    lock.release();
    assert.equal(await second, true);
    assert.throws(() => lock.release(), LockStateError);
    as(2);
    lock.release();
    assert.equal(lock.locked, false);
  });

  it("hold it after a wait at a condition as deep as before, and not the other's", async () => {
    const { as, lock, condition } = tasks();
    as(1);
    for (let depth = 0; depth < 3; depth++) lock.tryAcquire();
    const waiting = condition.wait();
    as(2);
    assert.ok(lock.tryAcquire() && lock.tryAcquire());
    condition.notify();
    lock.release();
    assert.equal(await Promise.race([waiting, Promise.resolve("not yet")]), "not yet");
    lock.release();
    assert.equal(await waiting, true);
    assert.throws(() => condition.notify(), LockStateError);
    as(1);
    for (let depth = 0; depth < 3; depth++) {
      assert.ok(lock.locked);
      lock.release();
    }
    assert.equal(lock.locked, false);
  });

  it("async functions of one task add up what they hold, also when one of them comes back from a wait", async () => {
    const { lock, condition } = tasks();
    lock.tryAcquire();
    lock.tryAcquire();
    const waiting = condition.wait({ timeout: 1 });
    lock.tryAcquire();
    assert.equal(await waiting, false);
    for (let depth = 0; depth < 3; depth++) {
      assert.ok(lock.locked);
      lock.release();
    }
    assert.equal(lock.locked, false);
  });
});

describe("after a worker's death", () => {
  it("an rlock that it held is nobody's, once recovered", async () => {
    const [main, dead, other] = workers();
    const lock: RLock = new main.surface.RLock();
    const seen = dead.see(lock);
    seen.tryAcquire();
    seen.tryAcquire();
    recover(main.kernel, dead.kernel.slot);
    assert.throws(() => lock.tryAcquire(), AbandonedError);
    lock.recover();
    assert.throws(() => lock.release(), LockStateError);
    // The worker that gets it holds it for a moment before it says by which task: that must not be the dead worker's.
    const cell = cellOf(main, lock);
    assert.deepEqual([...main.kernel.region.i32.slice(cell + RLOCK_TASK, cell + RLOCK_DEPTH + 1)], [0, 0]);
    assert.equal(await other.see(lock).acquire(), true);
    other.see(lock).release();
    assert.equal(lock.locked, false);
  });

  it("the reads that it held are given back, and a writer who waits for them comes in", async () => {
    const [main, dead, other] = workers();
    const lock: RWLock = new main.surface.RWLock();
    await dead.see(lock).holdRead();
    await dead.see(lock).holdRead();
    const mine = await lock.holdRead();
    const writing = other.see(lock).holdWrite();
    recover(main.kernel, dead.kernel.slot);
    assert.deepEqual([lock.readers, lock.abandoned], [1, false]);
    recover(main.kernel, dead.kernel.slot);
    assert.equal(lock.readers, 1);
    mine.release();
    (await writing).release();
    assert.deepEqual([lock.readers, lock.writing], [0, false]);
  });

  it("the reads that it was granted and never saw are given back", async () => {
    const [main, dead, other] = workers();
    const lock: RWLock = new main.surface.RWLock({ fair: true });
    const write = await lock.holdWrite();
    void dead.see(lock).holdRead();
    write.release();
    assert.equal(lock.readers, 1);
    const writing = other.see(lock).holdWrite();
    recover(main.kernel, dead.kernel.slot);
    (await writing).release();
  });

  it("readers held back by its wait to write come in; a write it was granted goes to the next", async () => {
    const [main, dead, other] = workers();
    const lock: RWLock = new main.surface.RWLock();
    const mine = await lock.holdRead();
    void dead.see(lock).holdWrite();
    const reading = other.see(lock).holdRead();
    recover(main.kernel, dead.kernel.slot);
    (await reading).release();
    mine.release();

    const [main2, dead2, other2] = workers();
    const lock2: RWLock = new main2.surface.RWLock();
    const write = await lock2.holdWrite();
    void dead2.see(lock2).holdWrite();
    const next = other2.see(lock2).holdWrite();
    write.release();
    recover(main2.kernel, dead2.kernel.slot);
    (await next).release();
    assert.equal(lock2.abandoned, false);
  });

  it("a lock that it wrote under is abandoned for readers and writers, until it is recovered", async () => {
    const [main, dead, other] = workers();
    const lock: RWLock = new main.surface.RWLock();
    await dead.see(lock).holdWrite();
    const waits = [lock.holdRead(), other.see(lock).holdWrite()].map((wait) => assert.rejects(wait, AbandonedError));
    recover(main.kernel, dead.kernel.slot);
    await Promise.all(waits);
    await assert.rejects(lock.holdRead(), AbandonedError);
    lock.recover();
    (await lock.holdWrite()).release();
  });

  it("a barrier at which it waited is broken for the others", async () => {
    const [main, dead, other] = workers();
    const barrier: Barrier = new main.surface.Barrier(3);
    dead.see(barrier).wait();
    const waiting = assert.rejects(other.see(barrier).wait(), BrokenBarrierError);
    recover(main.kernel, dead.kernel.slot);
    await waiting;
    assert.deepEqual([barrier.broken, barrier.waiting], [true, 0]);
    barrier.reset();
    assert.equal(main.kernel.usage().waiters, 0);
  });

  it("a barrier whose round it went through, and never heard of it, is whole", async () => {
    const [main, dead] = workers();
    const barrier: Barrier = new main.surface.Barrier(2);
    void dead.see(barrier).wait();
    assert.equal(barrier.waitSync(), 1);
    recover(main.kernel, dead.kernel.slot);
    assert.deepEqual([barrier.broken, barrier.waiting], [false, 0]);
  });

  it("a barrier whose action it ran is broken, and the parties of the next round come in to find that", async () => {
    const [main, dead, other] = workers();
    const action = (): Promise<void> => new Promise(() => {});
    for (const { kernel } of [main, dead, other]) {
      const nameOfTask = (fn: object) => (fn === action ? { module: "test:actions", name: "action" } : undefined);
      kernel.tasks = { ...kernel.tasks, nameOfTask, known: () => action };
    }
    const barrier: Barrier = new main.surface.Barrier(2, { action });
    const waiting = assert.rejects(barrier.wait(), BrokenBarrierError);
    void dead.see(barrier).wait();
    const early = assert.rejects(other.see(barrier).wait(), BrokenBarrierError);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([barrier.broken, barrier.waiting, main.kernel.waiting(barrier)], [false, 1, 2]);
    recover(main.kernel, dead.kernel.slot);
    await Promise.all([waiting, early]);
    assert.equal(barrier.broken, true);
  });

  it("the parties that it was letting go when it died are let go, each with its own number", async () => {
    const [main, dead, other] = workers();
    const barrier: Barrier = new main.surface.Barrier(3);
    const waits = [barrier.wait(), other.see(barrier).wait()];
    const cell = cellOf(dead, dead.see(barrier));
    // As far as a last party comes that dies right after its first commit.
    const { section } = dead.kernel;
    section.enter(cell + CELL_LATCH);
    section.write(cell + BARRIER_STATE, BARRIER_RELEASING);
    section.commit();
    recover(main.kernel, dead.kernel.slot);
    assert.deepEqual(await Promise.all(waits), [0, 1]);
    assert.deepEqual([barrier.broken, barrier.waiting], [false, 0]);
  });
});

describe("a lock for readers and writers", () => {
  it("lets readers in that waited behind a writer who gave up", async () => {
    const [main, other] = workers();
    const lock: RWLock = new main.surface.RWLock({ fair: true });
    const mine = await lock.holdRead();
    const controller = new AbortController();
    const writing = assert.rejects(other.see(lock).holdWrite({ signal: controller.signal }), /enough/);
    const reading = lock.holdRead();
    assert.equal(lock.readers, 1);
    controller.abort(new Error("enough"));
    assert.equal(lock.readers, 2);
    await writing;
    (await reading).release();
    mine.release();
  });

  it("is not left half-taken by a wait that timed out", async () => {
    const [main, other] = workers();
    const lock: RWLock = new main.surface.RWLock();
    const write = await other.see(lock).holdWrite();
    await assert.rejects(lock.holdRead({ timeout: 1 }), TimeoutError);
    assert.throws(() => lock.holdWriteSync({ timeout: 1 }), TimeoutError);
    write.release();
    assert.deepEqual([lock.readers, lock.writing, main.kernel.usage().waiters], [0, false, 0]);
  });
});
