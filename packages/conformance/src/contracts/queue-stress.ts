import assert from "node:assert/strict";
import { type Contract, tasksOf } from "../suite.js";
import type * as queues from "../tasks/queues.js";
import { QUEUES } from "./queue.js";

const WAIT_LIMIT_MS = 120_000;
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** Many workers at one queue that ends in mid-operation: HEDDLE_STRESS says how many items. */
export const queueStress: Contract = (suite) => {
  const { describe, it, adapter, scale } = suite;
  const tasks = tasksOf<typeof queues>(suite, "queues");
  const { Worker } = adapter;

  describe(`queues under stress (× ${scale})`, () => {
    for (const kind of QUEUES) {
      for (const immediate of [false, true]) {
        it(
          `${kind}: ${immediate ? "an immediate" : "a"} shutdown in mid-operation ends everybody (parity 58, 67)`,
          async () => {
            const queue = new adapter[kind]<number>(16);
            const each = 500 * scale;
            // One of the readers shuts it down after some items of its own, while the writers have more to put.
            const readers = [0, 1, 2, 3, 4, 5].map((i) =>
              new Worker(tasks.getUntilShutDown, {
                args: [queue, i % 2 === 0, i === 0 ? Math.floor(each / 10) : undefined, immediate],
              }).start(),
            );
            const writers = [0, 1, 2, 3].map((i) =>
              new Worker(tasks.putUntilShutDown, { args: [queue, each, i % 2 === 0] }).start(),
            );
            const joiners = [0, 1].map(() => new Worker(tasks.joinQueue, { args: [queue] }).start());
            // Should that reader come too late for it: when all is put, there is nothing to wait for.
            const put = sum(await Promise.all(writers.map(({ result }) => result)));
            queue.shutdown({ immediate });
            const taken = sum(await Promise.all(readers.map(({ result }) => result)));
            assert.deepEqual(await Promise.all(joiners.map(({ result }) => result)), [true, true]);
            for (const worker of [...readers, ...writers, ...joiners]) await worker.join();
            if (immediate) assert.ok(taken <= put);
            else assert.equal(taken, put);
            assert.deepEqual([queue.size, adapter.waiting(queue), await queue.join()], [0, 0, true]);
            assert.throws(() => queue.taskDone(), RangeError);
          },
          WAIT_LIMIT_MS,
        );
      }
    }
  });
};
