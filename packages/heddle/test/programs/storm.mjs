// @ts-check
/**
 * Four processes use locks, a queue, a barrier and a pool. One after another of all that run is killed with SIGKILL, at any moment. Checks
 * that nobody is held up, that nothing acknowledged is lost, and that nothing is left over.
 *
 *     node --expose-gc test/programs/storm.mjs [kills] [seed] [pause]
 *     bun --expose-gc run test/programs/storm.mjs [kills] [seed] [pause]
 *     deno run --allow-all --v8-flags=--expose-gc test/programs/storm.mjs [kills] [seed] [pause]
 */
import assert from "node:assert/strict";
import { setTimeout as pass } from "node:timers/promises";
import * as heddle from "heddle/processes";

const { isMain, task } = heddle;
const PARTIES = 4;
/** No step of it may take so long, on the slowest machine. */
const WAIT_LIMIT_MS = 60_000;

/**
 * @typedef {object} World
 * @property {heddle.Lock} lock guards the two accounts
 * @property {heddle.RWLock} table guards the two others
 * @property {heddle.SharedArray<"i32">} accounts two pairs, each of which adds up to 0 whenever nobody holds its lock
 * @property {heddle.Queue<number>} items
 * @property {heddle.SharedArray<"i32">} acknowledged how many items each incarnation of a worker has put
 * @property {heddle.Barrier} barrier
 * @property {heddle.Event} stop
 */

/**
 * Moves money from one account to another, in steps between which others could come, or the worker's end.
 *
 * @param {heddle.SharedArray<"i32">} accounts
 * @param {number} first
 */
function move({ view }, first) {
  const [from, to] = [view[first] ?? 0, view[first + 1] ?? 0];
  assert.equal(from + to, 0, "somebody was in the critical section, or died there and nobody was told");
  view[first] = from - 1;
  view[first + 1] = to + 1;
}

/**
 * Does `act`, again if a worker had died in the critical section and the main worker has repaired what it left.
 *
 * @param {() => unknown} act
 */
async function despiteDeaths(act) {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof heddle.AbandonedError)) throw error;
      await pass(1);
    }
  }
}

/** @param {Promise<{ release(): void }>} hold @param {() => void} act */
async function during(hold, act) {
  const held = await hold;
  try {
    act();
  } finally {
    held.release();
  }
}

export const toil = task(
  import.meta,
  /** @param {World} world @param {number} incarnation */
  async function toil({ lock, table, accounts, items, acknowledged, barrier, stop }, incarnation) {
    for (let n = 1; !stop.isSet; n++) {
      const isSync = n % 2 === 0;
      await despiteDeaths(async () => {
        if (isSync) lock.acquireSync();
        else await lock.acquire();
        try {
          move(accounts, 0);
        } finally {
          lock.release();
        }
      });
      await despiteDeaths(() => {
        if (n % 3 === 0) return during(table.holdWrite(), () => move(accounts, 2));
        return during(table.holdRead(), () => assert.equal((accounts.view[2] ?? 0) + (accounts.view[3] ?? 0), 0));
      });
      if (isSync) items.putSync(incarnation * 1e6 + n);
      else await items.put(incarnation * 1e6 + n);
      acknowledged.view[incarnation] = n;
      try {
        if (n % 5 === 0) await barrier.wait();
      } catch (error) {
        if (!(error instanceof heddle.BrokenBarrierError)) throw error;
      }
    }
  },
);

export const serve = task(
  import.meta,
  /** @param {heddle.Lock} lock @param {heddle.SharedArray<"i32">} accounts @param {number} n */
  async function serve(lock, accounts, n) {
    if (n % 4 === 0) await despiteDeaths(() => lock.run(() => move(accounts, 0)));
    if (n % 4 === 1) await pass(2);
    return [process.pid, n];
  },
);

/** @param {number} kills @param {number} seed @param {number} pause the longest between two kills, in ms */
async function storm(kills, seed, pause) {
  const random = mulberry32(seed);
  /** @type {World} */
  const world = {
    lock: new heddle.Lock(),
    table: new heddle.RWLock(),
    accounts: new heddle.SharedArray("i32", 4),
    items: new heddle.Queue(16),
    acknowledged: new heddle.SharedArray("i32", kills + PARTIES),
    barrier: new heddle.Barrier(PARTIES),
    stop: new heddle.Event(),
  };
  let incarnations = 0;
  const start = () => new heddle.Process(toil, { args: [world, incarnations++] }).start();
  const workers = Array.from({ length: PARTIES }, start);
  const received = receive(world.items);
  const pool = usePool(world);

  for (let killed = 0; killed < kills; killed++) {
    await pass(random() * pause);
    const victim = Math.floor(random() * (PARTIES + 2));
    const worker = workers[victim];
    if (worker === undefined) {
      pool.killOne(random);
    } else {
      process.kill(/** @type {number} */ (worker.pid), "SIGKILL");
      const failure = await within(
        worker.result.then(
          () => undefined,
          (error) => error,
        ),
        "the end of a killed worker",
      );
      assert.ok(failure instanceof heddle.WorkerCrashedError, String(failure));
      await worker.join();
      assert.deepEqual([failure.signal, worker.exitCode], ["SIGKILL", -9]);
      workers[victim] = start();
    }
    await within(repair(world), "a lock");
  }
  world.stop.set();
  world.barrier.abort();
  const ends = await within(Promise.allSettled(workers.map(({ result }) => result)), "the workers' end");
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  await within(Promise.all(workers.map((worker) => worker.join())), "the workers to be joined");
  const served = await within(pool.finish(), "the pool's tasks");
  world.items.shutdown();
  const items = await within(received, "the items");
  check(items, world.acknowledged.view);
  return { kills, seed, items: items.length, ...served };
}

/** The state that a holder's death has left is put right; the next holder finds it so. @param {World} world */
async function repair({ lock, table, accounts: { view }, barrier }) {
  await repairOne(lock, () => lock.hold(), view, 0);
  await repairOne(table, () => table.holdWrite(), view, 2);
  if (barrier.broken) barrier.reset();
}

/** @param {{ recover(): void }} guard @param {() => Promise<{ release(): void }>} hold @param {Int32Array} view @param {number} first */
async function repairOne(guard, hold, view, first) {
  try {
    (await hold()).release();
  } catch (error) {
    if (!(error instanceof heddle.AbandonedError)) throw error;
    view[first + 1] = -(view[first] ?? 0);
    guard.recover();
  }
}

/** @param {heddle.Queue<number>} queue */
async function receive(queue) {
  const items = [];
  for await (const item of queue) items.push(item);
  return items;
}

/** Has a pool busy until it is to finish. @param {World} world */
function usePool({ lock, accounts }) {
  const pool = new heddle.Pool({ size: 2 });
  const pids = new Set();
  let isOver = false;
  let served = 0;
  let crashed = 0;
  const submit = async (/** @type {number} */ n) => {
    try {
      const [pid, back] = await pool.run(serve, lock, accounts, n);
      assert.equal(back, n);
      pids.add(pid);
      served++;
    } catch (error) {
      if (!(error instanceof heddle.WorkerCrashedError)) throw error;
      assert.equal(error.signal, "SIGKILL");
      crashed++;
    }
  };
  const lane = async (/** @type {number} */ first) => {
    for (let n = first; !isOver; n += 20) await submit(n);
  };
  const lanes = Promise.all(Array.from({ length: 20 }, (_, i) => lane(i)));
  return {
    /** @param {() => number} random */
    killOne(random) {
      const pid = [...pids][Math.floor(random() * pids.size)];
      if (pid === undefined) return;
      pids.delete(pid);
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It had been killed before, and has told of a last task since.
      }
    },
    async finish() {
      isOver = true;
      await lanes;
      await pool.close();
      return { served, crashed };
    },
  };
}

/**
 * The items of each incarnation have come in order, without a gap, and at least up to the last one that was acknowledged.
 *
 * @param {readonly number[]} items
 * @param {Int32Array} acknowledged
 */
function check(items, acknowledged) {
  const last = new Int32Array(acknowledged.length);
  for (const item of items) {
    const [incarnation, n] = [Math.floor(item / 1e6), item % 1e6];
    assert.equal(n, (last[incarnation] ?? 0) + 1, `item ${n} of incarnation ${incarnation}`);
    last[incarnation] = n;
  }
  for (const [incarnation, n] of last.entries()) {
    const told = acknowledged[incarnation] ?? 0;
    assert.ok(n === told || n === told + 1, `incarnation ${incarnation} was told of ${told} items, ${n} came`);
  }
}

/** @template T @param {Promise<T>} promise @param {string} what @returns {Promise<T>} */
function within(promise, what) {
  const late = pass(WAIT_LIMIT_MS, undefined, { ref: false }).then(() => {
    throw new Error(`${what}: nothing for ${WAIT_LIMIT_MS} ms; ${JSON.stringify(heddle.usage())}`);
  });
  return Promise.race([promise, late]);
}

/** @param {() => boolean} isTrue */
async function eventually(isTrue) {
  const deadline = performance.now() + 10_000;
  while (!isTrue() && performance.now() < deadline) {
    globalThis.gc?.();
    await pass(5);
  }
}

/** @param {number} seed */
function mulberry32(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

if (isMain(import.meta)) {
  const [kills = 20, seed = Date.now() % 2 ** 31, pause = 100] = process.argv.slice(2).map(Number);
  console.log(`seed ${seed}`);
  const before = heddle.usage();
  const result = await storm(kills, seed, pause);
  const left = () => JSON.stringify(heddle.usage());
  await eventually(() => left() === JSON.stringify(before));
  console.log(JSON.stringify(result));
  assert.equal(left(), JSON.stringify(before), "something is left over");
}
