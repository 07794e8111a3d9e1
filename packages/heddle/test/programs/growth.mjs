// @ts-check
/**
 * Does each of a few things many times over and looks at what stays: memory of the region, heap, resident memory, descriptors.
 *
 *     HEDDLE_MIXED=heddle/processes node --expose-gc test/programs/growth.mjs [scale] [what]
 *
 * At scale 1, the default, it makes 5,000 pools, starts 1,000 workers, runs 50,000 tasks, 100,000 with objects and 50,000 inline ones, and
 * makes 100,000 locks. With `what`, such as `pools`, it does that alone. The first tenth of each is warm-up. The last line of the output is a JSON
 * object; `grown` lists what grew by more than its limit. See `mixed.mjs` for the ways to start it.
 */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { setTimeout as pass } from "node:timers/promises";
import * as tasks from "./mixed/tasks.mjs";

/** @import * as Heddle from "heddle" */

/** @type {typeof Heddle} */
const heddle = await import(process.env.HEDDLE_MIXED ?? "heddle");
const scale = Number(process.argv[2] ?? 1);
const [, , , only] = process.argv;

const pool = new heddle.Pool({ size: 2, concurrency: 4 });

/** @type {Record<string, { times: number, act: (n: number) => Promise<unknown> | void }>} */
const kinds = {
  pools: {
    times: 5_000,
    async act(n) {
      const own = new heddle.Pool({ size: 1 });
      assert.equal(await own.run(tasks.square, n), n * n);
      await (n % 2 === 0 ? own.close() : own.terminate());
    },
  },
  starts: {
    times: 1_000,
    async act(n) {
      const own = new heddle.Worker(tasks.square, { args: [n] }).start();
      assert.equal(await own.result, n * n);
      await own.join();
    },
  },
  tasks: {
    times: 50_000,
    async act(n) {
      // A fifth of them by a function of its own, made anew; a fifth fails; a fifth is cancelled.
      if (n % 5 === 0)
        assert.equal(
          await pool.run(
            heddle.inline((/** @type {number} */ a) => a + 1),
            n,
          ),
          n + 1,
        );
      else if (n % 5 === 1) await assert.rejects(pool.run(tasks.fail, "as it should"), RangeError);
      else if (n % 5 === 2) {
        const future = pool.submit(tasks.nap, [1]);
        future.cancel(new RangeError("not wanted"));
        await assert.rejects(future, RangeError);
      } else assert.equal(await pool.run(tasks.square, n), n * n);
    },
  },
  objects: {
    // Fifty tasks each.
    times: 2_000,
    async act(n) {
      await Promise.all(Array.from({ length: 10 }, (_, k) => withObjects(n * 10 + k)));
    },
  },
  inline: {
    // Fifty calls each, of functions that are made anew. What leaks a hundred bytes a call is over the limit, on Bun three hundred.
    times: 1_000,
    async act(n) {
      const sums = Array.from({ length: 50 }, (_, k) =>
        pool.run(
          heddle.inline((/** @type {number} */ a) => a + 1),
          n + k,
        ),
      );
      assert.equal((await Promise.all(sums))[49], n + 50);
    },
  },
  locks: {
    times: 100_000,
    async act(n) {
      const lock = new heddle.Lock();
      lock.acquireSync();
      lock.release();
      // The collector's callbacks need a turn of the event loop, which a program that only makes locks does not give.
      if (n % 500 === 0) await pass(0);
    },
  },
  joins: {
    times: 20_000,
    async act(n) {
      if (worker === undefined) {
        worker = new heddle.Worker(tasks.nap, { args: [2 ** 31 - 1], daemon: true }).start();
        // Once: a reaction to a promise stays with it until it is settled.
        worker.result.catch(() => {});
      }
      if (n % 100 === 0) await worker.join({ timeout: 0 });
      else void worker.join({ timeout: 1 });
      if (n % 1000 === 0) await pass(2);
    },
  },
};

/** @type {Heddle.Worker<[number], Promise<number>> | undefined} */
let worker;

/** Five tasks: an object, a map, bytes and a record of 1 kB, there and back, and an error with properties. @param {number} n */
async function withObjects(n) {
  const values = [
    { n, inner: { list: [n, String(n)] } },
    new Map([[n, new Set([new Date(n)])]]),
    new Uint8Array(1_000).fill(n),
    { id: n, name: "Ada", tags: ["a", "b"], text: "x".repeat(900) },
  ];
  const failure = pool.run(tasks.failWith, { n, text: "x".repeat(100) });
  const [echoed] = await Promise.all([
    Promise.all(values.map((value) => pool.run(tasks.echo, value))),
    failed(failure, n),
  ]);
  if (n % 1_000 === 0) assert.deepEqual(echoed, values);
}

/** @param {Promise<unknown>} failure @param {number} n */
const failed = (failure, n) =>
  failure.then(
    () => assert.fail("it did not fail"),
    (error) => assert.ok(error instanceof RangeError && Reflect.get(error, "record").n === n, String(error)),
  );

async function sample() {
  let workerHeap = 0;
  for (let n = 0; n < 4; n++) {
    /** @type {{ gc?: () => void }} */ (globalThis).gc?.();
    workerHeap = Math.max(...(await Promise.all(Array.from({ length: 8 }, () => pool.run(tasks.collect)))));
  }
  const { rss, heapUsed } = process.memoryUsage();
  const { bytes, objects, workers, waiters } = heddle.usage();
  const descriptors = process.platform === "linux" ? readdirSync("/proc/self/fd").length : 0;
  return { rss, heapUsed, workerHeap, bytes, objects, workers, waiters, descriptors };
}

/**
 * The most that may be added over all the times after the warm-up. V8 has a larger heap for new objects the more it is given. That shows in
 * `rss` alone: 16 MB to 42 MB in the program, 17 MB to 26 MB in a thread. JavaScriptCore's tables of weak references, which finalizers are
 * kept in, grow to 10 MB with the first 500,000 objects and keep that room.
 */
const heap = "Bun" in globalThis ? 12e6 : 4e6;
const allowed = {
  rss: 64e6,
  heapUsed: heap,
  workerHeap: heap,
  bytes: 1e6,
  objects: 20,
  workers: 2,
  waiters: 2,
  descriptors: 6,
};

/** @type {Record<string, unknown>} */
const found = {};
/** @type {string[]} */
const grown = [];
for (const [kind, { times, act }] of Object.entries(kinds)) {
  if (only !== undefined && kind !== only) continue;
  const all = Math.max(20, Math.round(times * scale));
  const warmUp = Math.ceil(all / 10);
  for (let n = 0; n < warmUp; n++) await act(n);
  const before = await sample();
  const begun = performance.now();
  for (let n = warmUp; n < all; n++) await act(n);
  const seconds = (performance.now() - begun) / 1000;
  const after = await sample();
  found[kind] = { times: all, seconds: Number(seconds.toFixed(1)), before, after };
  for (const [what, most] of Object.entries(allowed)) {
    const key = /** @type {keyof typeof allowed} */ (what);
    if (after[key] > before[key] + most) grown.push(`${kind}: ${what} grew from ${before[key]} to ${after[key]}`);
  }
  console.error(JSON.stringify({ [kind]: found[kind] }));
}
await worker?.terminate();
await pool.close();
console.log(JSON.stringify({ backend: heddle.adapter.name, scale, found, grown }));
process.exitCode = grown.length === 0 ? 0 : 1;
