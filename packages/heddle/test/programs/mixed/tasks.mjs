// @ts-check
/** The tasks of `mixed.mjs`: a module of their own, so that a worker evaluates no more than these. */
import assert from "node:assert/strict";
import { setTimeout as pass } from "node:timers/promises";

/** @import * as Heddle from "heddle" */

/** @type {typeof Heddle} */
const heddle = await import(process.env.HEDDLE_MIXED ?? "heddle");
const { current, task } = heddle;

export const echo = task(import.meta, /** @param {unknown} value */ (value) => value, { name: "echo" });

export const length = task(
  import.meta,
  /** @param {string | ArrayBufferView} value */
  (value) => (typeof value === "string" ? value.length : value.byteLength),
  { name: "length" },
);

export const square = task(import.meta, /** @param {number} n */ (n) => n * n, { name: "square" });

export const fail = task(
  import.meta,
  /** @param {string} why @returns {never} */
  (why) => {
    throw new RangeError(why);
  },
  { name: "fail" },
);

export const failWith = task(
  import.meta,
  /** @param {unknown} record @returns {never} */
  (record) => {
    throw Object.assign(new RangeError("as it should"), { record });
  },
  { name: "failWith" },
);

export const nap = task(import.meta, /** @param {number} ms */ (ms) => pass(ms, ms, { signal: current().signal }), {
  name: "nap",
});

export const block = task(import.meta, /** @param {number} ms */ (ms) => heddle.sleepSync(ms), { name: "block" });

export const print = task(import.meta, /** @param {string} line */ (line) => console.error(line), { name: "print" });

export const count = task(
  import.meta,
  /** @param {number} n */
  function* count(n) {
    for (let i = 0; i < n; i++) yield i;
  },
);

/** Adds 1 to a counter under a lock, so many times, in one of two ways. */
export const add = task(
  import.meta,
  /** @param {Heddle.Lock} lock @param {Heddle.SharedArray<"i32">} counter @param {number} times @param {boolean} blocks */
  async function add(lock, { view }, times, blocks) {
    for (let n = 0; n < times; n++) {
      const held = blocks ? lock.holdSync() : await lock.hold();
      try {
        view[0] = (view[0] ?? 0) + 1;
      } finally {
        held.release();
      }
    }
  },
);

/** Puts the numbers up to `n` into a queue, with something beside them. */
export const produce = task(
  import.meta,
  /** @param {Heddle.Queue<[number, string]>} queue @param {number} n @param {number} bytes @param {boolean} blocks */
  async function produce(queue, n, bytes, blocks) {
    const ballast = "x".repeat(bytes);
    for (let i = 0; i < n; i++) {
      if (blocks) queue.putSync([i, ballast]);
      else await queue.put([i, ballast]);
    }
  },
);

export const consume = task(
  import.meta,
  /** @param {Heddle.Queue<[number, string]>} queue @param {number} n @param {boolean} blocks */
  async function consume(queue, n, blocks) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const [number] = blocks ? queue.getSync() : await queue.get();
      sum += number;
      queue.taskDone();
    }
    return sum;
  },
);

/** Meets others at a barrier, then waits until a condition is notified. */
export const meet = task(
  import.meta,
  /** @param {Heddle.Barrier} barrier @param {Heddle.Semaphore} gate @param {number} rounds */
  async function meet(barrier, gate, rounds) {
    for (let n = 0; n < rounds; n++) {
      await barrier.wait();
      await gate.acquire();
      gate.release();
    }
  },
);

/** Answers each number on its end of a pipe with its double, until that is closed. */
export const double = task(
  import.meta,
  /** @param {Heddle.Connection<number>} end */
  async function double(end) {
    try {
      for (;;) await end.send((await end.recv()) * 2);
    } catch (error) {
      assert.ok(error instanceof heddle.ConnectionClosedError, String(error));
    }
  },
);

/** Holds a lock until it is killed. */
export const holdFast = task(
  import.meta,
  /** @param {Heddle.Lock} lock @param {Heddle.Event} held */
  async function holdFast(lock, held) {
    lock.acquireSync();
    held.set();
    await pass(2 ** 31 - 1);
  },
);

/** Collects this worker's garbage, and stays long enough for the pool's other workers to be given the next. Gives what its heap holds. */
export const collect = task(import.meta, async function collect() {
  const { gc } = /** @type {{ gc?: () => void }} */ (globalThis);
  gc?.();
  await pass(20);
  gc?.();
  return process.memoryUsage().heapUsed;
});
