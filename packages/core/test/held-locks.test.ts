import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { HeldLocks } from "../src/pool/worker/held-locks.js";
import { workers } from "./workers.js";

const ignore = (): void => {};

/** A pool's worker whose tasks are `run` by their numbers, and another worker. */
function pooled() {
  const [creator, worker, other] = workers();
  const told: string[] = [];
  let current = 0;
  worker.kernel.currentTask = () => current;
  const post = (message: unknown): void => void told.push(JSON.stringify(message));
  const held = new HeldLocks(worker.kernel, {
    boot: undefined,
    post,
    onMessage: ignore,
    onUncaught: ignore,
    finish: ignore,
  });
  const run = <T>(task: number, act: () => T): T => {
    current = task;
    try {
      return act();
    } finally {
      current = 0;
    }
  };
  /** The locks that are told of when the task ends, as strings. */
  const leftBy = (task: number): string[] => {
    held.end(task, `task${task}`);
    return told.splice(0).map((text) => {
      const [, name, label] = text.match(/The task (\w+) has ended and left (\w+ #\d+) locked/) ?? [];
      assert.equal(name, `task${task}`);
      return `[object ${label}]`;
    });
  };
  return { creator, worker, other, run, leftBy };
}

describe("the locks that a pool's task leaves locked", () => {
  const ways = {
    "Lock.acquire": (lock: object) => Reflect.get(lock, "acquire").call(lock),
    "RLock.acquire": (lock: object) => Reflect.get(lock, "acquire").call(lock),
    "RWLock.holdRead": (lock: object) => Reflect.get(lock, "holdRead").call(lock),
    "RWLock.holdWrite": (lock: object) => Reflect.get(lock, "holdWrite").call(lock),
  };
  for (const [name, take] of Object.entries(ways)) {
    it(`${name}: are the task's that waited, whichever runs when it is granted`, async () => {
      const { creator, worker, run, leftBy } = pooled();
      const kind = name.split(".")[0] as "Lock" | "RLock" | "RWLock";
      const lock = new creator.surface[kind]();
      const isRW = lock instanceof creator.surface.RWLock;
      const guard = isRW ? lock.holdWriteSync() : lock.holdSync();
      const theirs = worker.see(lock);
      const taken = run(1, () => take(theirs));
      run(2, () => {
        guard.release();
        // As it looks for what it was granted: while another task has its turn.
        worker.kernel.bell.ring(worker.kernel.slot);
      });
      await taken;
      assert.deepEqual(leftBy(2), []);
      assert.deepEqual(leftBy(1), [`${theirs}`]);
    });
  }

  it("are the task's that waited at a condition, which holds its lock again", async () => {
    const { creator, worker, run, leftBy } = pooled();
    for (const kind of ["Lock", "RLock"] as const) {
      const condition = new creator.surface.Condition(new creator.surface[kind]());
      const theirs = worker.see(condition);
      const waited = run(1, () => {
        theirs.lock.acquireSync();
        return theirs.wait();
      });
      condition.lock.acquireSync();
      condition.notify();
      condition.lock.release();
      await waited;
      run(1, () => assert.equal(theirs.lock.locked, true));
      assert.deepEqual(leftBy(1), [`${theirs.lock}`]);
    }
  });

  it("are the one's that took them last, if another worker has released them in between", () => {
    const { creator, worker, other: stranger, run, leftBy } = pooled();
    for (const other of ["none", "given back before that", "given back after that"]) {
      const lock = new creator.surface.Lock();
      const [theirs, foreign] = [worker.see(lock), stranger.see(lock)];
      const first = worker.see(new creator.surface.Lock());
      if (other !== "none") run(1, () => first.acquireSync());
      run(1, () => theirs.acquireSync());
      foreign.release();
      if (other === "given back before that") run(1, () => first.release());
      run(2, () => theirs.acquireSync());
      if (other === "given back after that") run(1, () => first.release());
      assert.deepEqual(leftBy(1), [], other);
      assert.deepEqual(leftBy(2), [`${theirs}`]);
    }
  });

  it("are none that were given back, by whichever worker, in whichever order", () => {
    const { creator, worker, other, run, leftBy } = pooled();
    const locks = Array.from({ length: 4 }, () => worker.see(new creator.surface.Lock()));
    const [a, b, c, d] = locks as [(typeof locks)[0], (typeof locks)[0], (typeof locks)[0], (typeof locks)[0]];
    run(1, () => {
      for (const lock of locks) lock.acquireSync();
      a.release();
      c.release();
      a.acquireSync();
      b.release();
      a.release();
    });
    const rlock = worker.see(new creator.surface.RLock());
    run(1, () => {
      rlock.acquireSync();
      rlock.acquireSync();
      rlock.release();
      rlock.release();
    });
    assert.deepEqual(leftBy(1), [`${d}`]);
    d.release();
    run(2, () => d.acquireSync());
    other.see(d).release();
    assert.deepEqual(leftBy(2), []);
  });

  it("are each of the reads that it has of one RWLock, told of once", () => {
    const { creator, worker, run, leftBy } = pooled();
    const lock = worker.see(new creator.surface.RWLock());
    for (const kept of [0, 1, 2, 3]) {
      const guards = [1, 2, 1, 2].map((task) => run(task, () => lock.holdReadSync()));
      for (const guard of guards.filter((_, index) => index !== kept)) guard.release();
      const [keeps, other] = kept % 2 === 0 ? [1, 2] : [2, 1];
      assert.deepEqual(leftBy(other as number), []);
      assert.deepEqual(leftBy(keeps as number), [`${lock}`]);
      guards[kept]?.release();
    }
    const guards = [run(1, () => lock.holdReadSync()), run(1, () => lock.holdReadSync())];
    assert.deepEqual(leftBy(1), [`${lock}`]);
    for (const guard of guards) guard.release();
  });

  it("are noted in a bounded space by a task without end whose locks others release", () => {
    const { creator, worker, other, run, leftBy } = pooled();
    const kept = worker.see(new creator.surface.Lock());
    run(1, () => kept.acquireSync());
    for (let n = 0; n < 1000; n++) {
      const lock = new creator.surface.Lock();
      run(1, () => worker.see(lock).acquireSync());
      other.see(lock).release();
    }
    const { cells } = worker.kernel;
    const { operationsOf } = cells;
    let looks = 0;
    cells.operationsOf = (cell) => {
      looks++;
      return operationsOf.call(cells, cell);
    };
    assert.deepEqual(leftBy(1), [`${kept}`]);
    assert.ok(looks < 200, `${looks} locks were noted`);
  });
});
