import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { Deadlocks } from "../src/kernel/deadlock.js";
import { WAIT_QUEUE_A, WAIT_QUEUE_B } from "../src/kernel/layout.js";
import { type Worker, workers } from "./workers.js";

const WRITES = WAIT_QUEUE_B;

/** A worker that says at what it blocks, without blocking this thread. */
function blocking(worker: Worker) {
  const { kernel } = worker;
  const deadlocks = new Deadlocks(kernel.region, kernel.cells, kernel.names, kernel.slot);
  /** The objects of the cycle that it is in, in order, if it is to tell of it. */
  const look = (): string[] | undefined => deadlocks.findCycle()?.filter((_, n) => n % 2 === 1);
  return {
    look,
    at(object: object, waitQueue = WAIT_QUEUE_A): string[] | undefined {
      deadlocks.block(kernel.cells.handleOf(worker.see(object))?.address as number, waitQueue);
      return look();
    },
    goesOn: () => deadlocks.unblock(),
  };
}

describe("a wait for a write lasts until each reader has given back", () => {
  function readBy() {
    const [main, ada, bob] = workers();
    const [table, lock] = [new main.surface.RWLock(), new main.surface.RLock()];
    const reads = [ada, bob].map((one) => one.see(table).tryHoldRead());
    assert.ok(lock.tryAcquire() && reads.every((read) => read !== undefined));
    const labels = { table: String(table).slice(8, -1), lock: String(lock).slice(8, -1) };
    return { main: blocking(main), ada: blocking(ada), bob: blocking(bob), table, lock, reads, labels };
  }

  it("a read that is raised to a write waits for itself, however many others read", () => {
    const { ada, table, labels } = readBy();
    assert.deepEqual(ada.at(table, WRITES), [labels.table]);
  });

  it("a cycle through any of the readers is found", () => {
    for (const name of ["ada", "bob"] as const) {
      const { [name]: reader, main, table, lock, labels } = readBy();
      assert.equal(reader.at(lock), undefined);
      assert.deepEqual(main.at(table, WRITES), [labels.table, labels.lock]);
    }
  });

  it("each of two cycles through one wait is told of once, by the worker that closes it", () => {
    const { main, ada, bob, table, lock, labels } = readBy();
    assert.equal(main.at(table, WRITES), undefined);
    assert.deepEqual(ada.at(lock), [labels.lock, labels.table]);
    assert.equal(main.look(), undefined);
    ada.goesOn();
    assert.deepEqual(bob.at(lock), [labels.lock, labels.table]);
  });

  it("a reader that waits for nobody, or has given back, closes none", () => {
    const { main, ada, table, lock, reads } = readBy();
    assert.equal(main.at(table, WRITES), undefined);
    reads[0]?.release();
    assert.equal(ada.at(lock), undefined);
  });
});
