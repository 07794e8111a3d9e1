/** What `growth.mjs` measures: each makes ready for n, and gives what is measured. */
import { heddle } from "./heddle.mjs";

const { Condition, Event, Lock, Pool, PriorityQueue, Queue, Worker, tasksFrom } = await heddle("threads");
const tasks = tasksFrom(new URL("./growth-tasks.mjs", import.meta.url));

const each = (n, make) => Array.from({ length: n }, (_, i) => make(i));

/** Acquires `lock` n times, with those options, while it is locked. */
const waits = (lock, n, options) => each(n, () => lock.acquire(options).then(() => lock.release()));
const failed = (promise) => promise.catch(() => {});

/** The death of a worker that does `task`. */
async function death(task, ...args) {
  const ready = new Event();
  const worker = new Worker(task, { args: args.map((arg) => (arg === "ready" ? ready : arg)) }).start();
  await ready.wait();
  return async () => {
    worker.terminate();
    await failed(worker.join());
  };
}

export const rows = {
  /** Named locks that the program keeps. */
  names: (n) => () => {
    const locks = each(n, (i) => Lock.named(`lock ${i}`));
    if (locks.length !== n) throw new Error("lost");
  },
  /** Named locks of which it keeps none. */
  "names let go": (n) => async () => {
    for (let i = 0; i < n; i++) {
      Lock.named(`lock ${i}`).dispose();
    }
  },
  notifyAll: (n) => async () => {
    const lock = new Lock();
    const condition = new Condition(lock);
    const waiting = each(n, async () => {
      await lock.acquire();
      await condition.wait();
      lock.release();
    });
    await lock.acquire();
    condition.notifyAll();
    lock.release();
    await Promise.all(waiting);
  },
  aborts: (n) => async () => {
    const lock = new Lock();
    const abort = new AbortController();
    await lock.acquire();
    const waiting = waits(lock, n, { signal: abort.signal }).map(failed);
    abort.abort();
    await Promise.all(waiting);
  },
  timeouts: (n) => async () => {
    const lock = new Lock();
    await lock.acquire();
    await Promise.all(each(n, () => lock.acquire({ timeout: 50 })));
  },
  "timeouts of many lengths": (n) => async () => {
    const lock = new Lock();
    await lock.acquire();
    await Promise.all(each(n, (i) => lock.acquire({ timeout: 50 + ((i * 7919) % 1000) })));
  },
  "cancelled futures": (n) => async () => {
    const event = new Event();
    const pool = new Pool({ size: 1 });
    const first = pool.run(tasks.waitFor, event);
    const futures = each(n, (i) => pool.submit(tasks.add, [i, i]));
    for (const future of futures) future.cancel();
    await Promise.all(futures.map(failed));
    event.set();
    await first;
    await pool.close();
  },
  "death of who holds": (n) => death(tasks.holdMany, n, "ready", new Event()),
  "death of who waits": async (n) => {
    const lock = new Lock();
    await lock.acquire();
    return death(tasks.waitMany, n, lock, "ready");
  },
  queue: (n) => () => {
    const queue = new Queue();
    for (let i = 0; i < n; i++) queue.putNowait(i);
    for (let i = 0; i < n; i++) queue.getNowait();
  },
  "priority queue": (n) => () => {
    const queue = new PriorityQueue();
    for (let i = 0; i < n; i++) queue.putNowait((i * 7919) % 1_000_003);
    for (let i = 0; i < n; i++) queue.getNowait();
  },
  tasks: (n) => async () => {
    const pool = new Pool({ size: 1 });
    await Promise.all(each(n, (i) => pool.run(tasks.add, i, i)));
    await pool.close();
  },
  waiters: (n) => async () => {
    const lock = new Lock();
    await lock.acquire();
    const waiting = waits(lock, n);
    lock.release();
    await Promise.all(waiting);
  },
};
