// @ts-check
/**
 * A program that mixes everything, by seed, for as long as it is told. Pools come and go; tasks have every size; there are locks, queues,
 * pipes, barriers, workers that are killed, timeouts and aborts. Each answer is checked. Each minute it collects its garbage and counts
 * what it holds: memory, objects of the region, descriptors. After a warm-up these must stay as they are.
 *
 *     HEDDLE_MIXED=heddle/processes node --expose-gc test/programs/mixed.mjs [minutes] [seed]
 *
 * `HEDDLE_MIXED` names what to import: `heddle` (threads, the default) or `heddle/processes`. On Bun and Deno it is started as `storm.mjs`
 * is. The last line of its output is a JSON object: the samples, the operations, and `grown`, which lists what did not stay as it was.
 */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { setTimeout as pass } from "node:timers/promises";
import * as tasks from "./mixed/tasks.mjs";

/** @import * as Heddle from "heddle" */

/** @type {typeof Heddle} */
const heddle = await import(process.env.HEDDLE_MIXED ?? "heddle");

const minutes = Number(process.argv[2] ?? 1);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
/** How many activities go on at the same time. */
const LANES = 3;
/** No activity may take so long, on the slowest machine. */
const WAIT_LIMIT_MS = 120_000;
/** On a busy machine a worker may need long to stop a task that was asked to; replacing it would fail its other tasks. */
const grace = WAIT_LIMIT_MS;

/** @param {number} state */
function mulberry32(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const random = mulberry32(seed);
/** @param {number} most */
const below = (most) => Math.floor(random() * most);
const isHeads = () => random() < 0.5;
/** Small ones mostly, up to `most`: each power of two is as likely as the next. @param {number} most */
const size = (most) => Math.floor(2 ** (random() * Math.log2(most)));

/** @returns {unknown} */
function someValue() {
  switch (below(8)) {
    case 0:
      return "é".repeat(size(100_000));
    case 1:
      return crypto.getRandomValues(new Uint8Array(size(60_000)));
    case 2:
      return Array.from({ length: size(5_000) }, (_, n) => n / 3);
    case 3:
      return new Map([[{ a: 1 }, new Set([1n, -0, Number.NaN])]]);
    case 4:
      return {
        id: below(1e9),
        name: "Ada",
        tags: ["a", "b"],
        nested: { when: new Date(below(1e12)), nothing: undefined },
      };
    case 5:
      return Array.from({ length: size(300) }, (_, n) => ({ n, text: `row ${n}` }));
    case 6:
      return undefined;
    default:
      return below(1e6);
  }
}

// The objects that live as long as the program, as in a server.
const pool = new heddle.Pool({ size: 2 });
const wide = new heddle.Pool({ size: 2, concurrency: 8, maxTasksPerWorker: 200, minSize: 1, idleTimeout: 500 });
const some = () => (isHeads() ? pool : wide);

/** @type {Record<string, () => Promise<unknown>>} */
const activities = {
  async echo() {
    const values = Array.from({ length: 1 + below(20) }, someValue);
    assert.deepEqual(await Promise.all(values.map((value) => some().run(tasks.echo, value))), values);
  },
  async large() {
    const bytes = new Uint8Array(size(8 << 20));
    assert.equal(await some().run(tasks.length, bytes), bytes.length);
    const text = "x".repeat(size(4 << 20));
    assert.equal(await some().run(tasks.echo, text), text);
  },
  async batch() {
    const numbers = Array.from({ length: size(5_000) }, (_, n) => n);
    const squares = await some().map(tasks.square, numbers);
    assert.deepEqual(
      squares,
      numbers.map((n) => n * n),
    );
  },
  async stream() {
    let next = 0;
    const most = size(300);
    for await (const n of pool.imap(
      tasks.square,
      Array.from({ length: most }, (_, i) => i),
    )) {
      assert.equal(n, next * next);
      if (++next > 200) break;
    }
    next = 0;
    for await (const n of pool.iterate(tasks.count, most)) assert.equal(n, next++);
  },
  async failures() {
    const error = await some()
      .run(tasks.fail, "as it should")
      .catch((/** @type {unknown} */ thrown) => thrown);
    assert.ok(error instanceof RangeError && error.message === "as it should", String(error));
  },
  async cancelled() {
    const future = wide.submit(tasks.nap, [60_000], { grace });
    await pass(below(5));
    future.cancel(new Error("not wanted"));
    await assert.rejects(future, /not wanted/);
    await assert.rejects(wide.submit(tasks.nap, [60_000], { timeout: 1 + below(20), grace }), heddle.TimeoutError);
  },
  async group() {
    const group = new heddle.TaskGroup(some());
    const results = Array.from({ length: 1 + below(10) }, (_, n) => group.run(tasks.square, n));
    await group.wait();
    assert.deepEqual(
      await Promise.all(results),
      results.map((_, n) => n * n),
    );
  },
  async inlined() {
    const factor = below(100);
    const fn = heddle.inline((/** @type {number} */ a, /** @type {number} */ b) => a * b);
    assert.equal(await some().run(fn, 7, factor), 7 * factor);
  },
  async ownPool() {
    const own = new heddle.Pool({ size: 1 + below(2) });
    assert.equal(await own.run(tasks.square, 12), 144);
    if (isHeads()) await own.close();
    else await own.terminate();
  },
  async locked() {
    const lock = isHeads() ? new heddle.Lock() : new heddle.RLock();
    const counter = new heddle.SharedArray("i32", 1 + below(1000));
    const times = size(200);
    await Promise.all([
      pool.run(tasks.add, lock, counter, times, true),
      pool.run(tasks.add, lock, counter, times, true),
      wide.run(tasks.add, lock, counter, times, false),
    ]);
    assert.equal(counter.view[0], 3 * times);
  },
  async queued() {
    const kinds = [heddle.Queue, heddle.LifoQueue, heddle.PriorityQueue];
    const Kind = kinds[below(3)] ?? heddle.Queue;
    /** @type {Heddle.Queue<[number, string]>} */
    const queue = new Kind(isHeads() ? 0 : 1 + below(20));
    const n = size(300);
    const blocks = isHeads();
    const [, sum] = await Promise.all([
      wide.run(tasks.produce, queue, n, size(3000), false),
      pool.run(tasks.consume, queue, n, blocks),
    ]);
    assert.equal(sum, (n * (n - 1)) / 2);
    assert.ok(await queue.join());
    queue.shutdown();
  },
  async leftInQueue() {
    const queue = new heddle.Queue();
    for (let n = below(50); n > 0; n--) await queue.put([someValue(), new heddle.Lock()]);
    await assert.rejects(new heddle.Queue().get({ timeout: below(3) }), heddle.QueueEmptyError);
    const controller = new AbortController();
    const waits = Array.from({ length: below(100) }, () => new heddle.Event().wait({ signal: controller.signal }));
    controller.abort(new Error("enough"));
    for (const { status } of await Promise.allSettled(waits)) assert.equal(status, "rejected");
  },
  async met() {
    const barrier = new heddle.Barrier(3);
    const gate = new heddle.Semaphore(1);
    const rounds = 1 + below(10);
    await Promise.all([0, 1, 2].map(() => wide.run(tasks.meet, barrier, gate, rounds)));
  },
  async piped() {
    const [here, there] = /** @type {typeof heddle.pipe<number>} */ (heddle.pipe)();
    const worker = new heddle.Worker(tasks.double, { args: [there] }).start();
    for (let n = below(50); n > 0; n--) {
      await here.send(n);
      assert.equal(await here.recv(), n * 2);
    }
    here.close();
    await worker.join();
  },
  async killed() {
    const lock = new heddle.Lock();
    const held = new heddle.Event();
    const worker = new heddle.Worker(tasks.holdFast, { args: [lock, held] });
    const result = worker.start().result.catch((/** @type {unknown} */ error) => error);
    await held.wait();
    await worker.terminate();
    assert.ok((await result) instanceof heddle.WorkerCrashedError);
    await assert.rejects(lock.acquire(), heddle.AbandonedError);
    lock.recover();
    lock.acquireSync();
    lock.release();
  },
  async blocked() {
    await Promise.all([pool.run(tasks.block, below(5)), pool.run(tasks.block, below(5))]);
  },
  async arrays() {
    for (let n = below(20); n > 0; n--) {
      const array = new heddle.SharedArray("u8", size(1 << 20));
      assert.ok(array.view.every((byte) => byte === 0));
      const part = array.view.subarray(array.length >> 1);
      part.fill(n);
      assert.equal(await pool.run(tasks.length, part), part.length);
      assert.ok(part.every((byte) => byte === n));
    }
  },
  async named() {
    const lock = heddle.Lock.named(`lock ${below(50)}`);
    await lock.run(() => pass(0));
    const value = new heddle.Value("i32");
    assert.equal(value.add(2), 0);
  },
};

/** @param {string} name */
async function act(name) {
  const tooLong = new AbortController();
  const watch = pass(WAIT_LIMIT_MS, undefined, { signal: tooLong.signal, ref: false }).then(
    () => {
      console.error(`${name} has not ended after ${WAIT_LIMIT_MS} ms (seed ${seed})`);
      process.exit(2);
    },
    () => {},
  );
  await activities[name]?.();
  tooLong.abort();
  await watch;
}

const collect = () => /** @type {{ gc?: () => void }} */ (globalThis).gc?.();

async function sample() {
  for (let n = 0; n < 3; n++) {
    collect();
    await Promise.all([pool, pool, wide, wide].map((each) => each.run(tasks.collect)));
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  const { bytes, objects, workers, waiters } = heddle.usage();
  const descriptors = process.platform === "linux" ? readdirSync("/proc/self/fd").length : 0;
  const minute = (performance.now() - begun) / 60_000;
  return { minute, operations, rss, heapUsed, external, bytes, objects, workers, waiters, descriptors };
}

// Shared memory grows in steps and is never given back; on Bun it counts as memory of the heap. So it reaches its size before anything
// is counted.
new heddle.SharedArray("u8", 48 << 20).dispose();

const begun = performance.now();
const names = Object.keys(activities);
/** @type {Record<string, number>} */
const done = Object.fromEntries(names.map((name) => [name, 0]));
let operations = 0;
const end = begun + minutes * 60_000;
/** @type {Awaited<ReturnType<typeof sample>>[]} */
const samples = [];
/** A minute; shorter where the whole run is short. */
const period = Math.min(60_000, (minutes * 60_000) / 10);

console.error(`${heddle.adapter.name}, ${minutes} minutes, seed ${seed}`);
while (performance.now() < end) {
  const until = performance.now() + period;
  await Promise.all(
    Array.from({ length: LANES }, async () => {
      while (performance.now() < until) {
        const name = names[below(names.length)] ?? "echo";
        await act(name);
        operations++;
        done[name] = (done[name] ?? 0) + 1;
      }
    }),
  );
  // All lanes rest, so that what is counted is what stays.
  samples.push(await sample());
  console.error(JSON.stringify(samples.at(-1)));
}
await pool.close();
await wide.close();

/** Medians, as one sample may have come before a worker's end was heard of. @param {number[]} numbers */
const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1] ?? 0;
/** The most that may be added over the run after the warm-up: a share, and an amount for small ones. */
const allowed = {
  rss: [0.1, 32e6],
  heapUsed: [0.1, 4e6],
  external: [0.1, 8e6],
  bytes: [0.1, 1e6],
  objects: [0, 60],
  workers: [0, 2],
  waiters: [0, 2],
  descriptors: [0, 6],
};
const warm = samples.slice(Math.min(10, Math.ceil(samples.length / 3)));
/** Before that, memory still finds its level: only longer runs are judged by what they hold. */
const JUDGED_FROM_MINUTES = 20;
const window = Math.max(1, Math.floor(warm.length / 3));
const judged = minutes >= JUDGED_FROM_MINUTES ? allowed : { waiters: allowed.waiters, workers: allowed.workers };
const grown = Object.entries(judged).flatMap(([what, [share = 0, amount = 0]]) => {
  const key = /** @type {keyof typeof allowed} */ (what);
  const before = median(warm.slice(0, window).map((one) => one[key]));
  const after = median(warm.slice(-window).map((one) => one[key]));
  return after > before * (1 + share) + amount ? [`${what} grew from ${before} to ${after}`] : [];
});
console.log(
  JSON.stringify({
    backend: heddle.adapter.name,
    minutes,
    seed,
    operations,
    done,
    first: warm[0],
    last: samples.at(-1),
    grown,
  }),
);
process.exitCode = grown.length === 0 ? 0 : 1;
