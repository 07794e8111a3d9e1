import assert from "node:assert/strict";
import { type Contract, tasksOf } from "../suite.js";
import type * as counters from "../tasks/counters.js";
import type * as work from "../tasks/work.js";

const WAIT_LIMIT_MS = 120_000;

/** Many workers, many times: HEDDLE_STRESS says how many times over. */
export const stress: Contract = (suite) => {
  const { describe, it, adapter, scale } = suite;
  const tasks = tasksOf<typeof counters>(suite, "counters");
  const { putAndGet } = tasksOf<typeof work>(suite, "work");
  const { Worker } = adapter;

  describe(`under stress (× ${scale})`, () => {
    it(
      "increments under a lock, sync and async mixed, are exact",
      async () => {
        const lock = new adapter.Lock();
        const counter = new adapter.SharedArray("i32", 1);
        const times = 2500 * scale;
        const forms = ["sync", "async", "mixed", "mixed"] as const;
        const workers = forms.map((form) =>
          new Worker(tasks.countUnderLock, { args: [lock, counter, times, form] }).start(),
        );
        for (const worker of workers) await worker.result;
        for (const worker of workers) await worker.join();
        assert.deepEqual([counter.view[0], lock.locked], [4 * times, false]);
      },
      WAIT_LIMIT_MS,
    );

    it(
      "items through a bounded queue arrive once each",
      async () => {
        const queue = new adapter.Queue<number>(8);
        const each = 3334 * scale;
        const seen = new adapter.SharedArray("u8", 3 * each);
        const producers = [0, 1, 2].map((i) =>
          new Worker(tasks.produce, { args: [queue, i * each, each, i === 1] }).start(),
        );
        const consumers = [0, 1, 2].map((i) => new Worker(tasks.consume, { args: [queue, seen, i === 2] }).start());
        for (const producer of producers) await producer.result;
        for (const _ of consumers) await queue.put(-1);
        const counts = await Promise.all(consumers.map(({ result }) => result));
        for (const worker of [...producers, ...consumers]) await worker.join();
        assert.equal(
          counts.reduce((a, b) => a + b, 0),
          3 * each,
        );
        assert.ok(seen.view.every((times) => times === 1));
        assert.equal(queue.size, 0);
      },
      WAIT_LIMIT_MS,
    );

    it(
      "eight workers that contend for a fair lock: nobody has another turn before all who wait have had theirs",
      async () => {
        const total = 4000 * scale;
        const turns = {
          lock: new adapter.Lock({ fair: true }),
          count: new adapter.Value("i32"),
          whose: new adapter.SharedArray("u8", total),
          allWaited: new adapter.SharedArray("u8", total),
        };
        const everybody = [0, 1, 2, 3, 4, 5, 6, 7];
        const workers = everybody.map((me) =>
          new Worker(tasks.takeTurns, { args: [adapter.adapter.url, turns, me, 7, me % 2 === 0] }).start(),
        );
        for (const worker of workers) await worker.result;
        for (const worker of workers) await worker.join();
        const whose = [...turns.whose.view];
        // A worker that was not in line, as the system had it run no further, has no turn to be passed over.
        const rounds = [...turns.allWaited.view.keys()].filter((turn) => turns.allWaited.view[turn] === 1);
        assert.ok(rounds.length >= total / 16);
        for (const turn of rounds.filter((first) => first + 8 <= total)) {
          const round = whose.slice(turn, turn + 8);
          assert.deepEqual([...round].sort(), everybody, `from turn ${turn} on, these had theirs: ${round.join(", ")}`);
        }
      },
      WAIT_LIMIT_MS,
    );

    it(
      "no waiter is lost, and the count is exact, with acquires that time out and abort at random",
      async () => {
        const lock = new adapter.Lock();
        const counter = new adapter.SharedArray("i32", 1);
        const workers = [1, 2, 3, 4].map((seed) =>
          new Worker(tasks.acquireImpatiently, { args: [lock, counter, 1000 * scale, seed] }).start(),
        );
        const held = await Promise.all(workers.map(({ result }) => result));
        for (const worker of workers) await worker.join();
        assert.equal(
          counter.view[0],
          held.reduce((a, b) => a + b, 0),
        );
        assert.deepEqual([lock.locked, adapter.waiting(lock)], [false, 0]);
        assert.equal(await lock.acquire({ timeout: 0 }), true);
        lock.release();
      },
      WAIT_LIMIT_MS,
    );

    it(
      "a worker killed in the middle of what it does with an object holds nobody up who uses it next",
      async () => {
        for (let n = 0; n < 20 * scale; n++) {
          const queue = new adapter.Queue<number>();
          const started = new adapter.Event();
          const worker = new Worker(putAndGet, { args: [queue, started] }).start();
          await started.wait();
          const ended = worker.terminate();
          // Before its end is heard of: it is not in anybody's way, in the middle of any operation.
          for (let i = 0; i < 5000; i++) queue.putNowait(i);
          await ended;
          while (!queue.isEmpty) queue.getNowait();
        }
      },
      WAIT_LIMIT_MS,
    );
  });
};
