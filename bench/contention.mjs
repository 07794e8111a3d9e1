/**
 * The cost of a fixed amount of work when many workers fight over one lock. Heddle's `Lock`, blocking and awaited, takes turns in one run
 * with a mutex on bare Atomics and with Python's `threading.Lock`. The mutex is the third of Ulrich Drepper, "Futexes Are Tricky", 2011.
 * Starts of workers are left out. Beside the time: how often the process gave up the processor by itself (a sleep) and was made to.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { Event, isMain, Lock, Queue, Semaphore, Thread, task } from "@heddle/node-threads";
import Table from "cli-table3";

const { values: options } = parseArgs({
  options: {
    pairs: { type: "string", default: "100000" },
    workers: { type: "string", default: "1,2,4,8,16,32,64" },
    rounds: { type: "string", default: "3" },
    only: { type: "string", default: "" },
  },
  strict: false,
});
const PAIRS = Number(options.pairs);
const now = () => performance.timeOrigin + performance.now();

/** Works once all are there; says when it has ended. */
const work = async (ready, go, ended, act) => {
  ready.release();
  await go.wait();
  await act();
  await ended.put(now());
};

export const pairsOf = task(import.meta, function pairsOf(lock, ready, go, ended, n, isSync) {
  return work(ready, go, ended, async () => {
    for (let i = 0; i < n; i++) {
      if (isSync) lock.acquireSync();
      else await lock.acquire();
      lock.release();
    }
  });
});

export const put = task(import.meta, function put(queue, ready, go, ended, n) {
  return work(ready, go, ended, async () => {
    for (let i = 0; i < n; i++) queue.putSync(i);
  });
});

export const get = task(import.meta, function get(queue, ready, go, ended, n) {
  return work(ready, go, ended, async () => {
    for (let i = 0; i < n; i++) queue.getSync();
  });
});

async function timed(starts) {
  const ready = new Semaphore(0);
  const go = new Event();
  const ended = new Queue();
  const workers = starts.map(([fn, first, ...rest]) =>
    new Thread(fn, { args: [first, ready, go, ended, ...rest] }).start(),
  );
  for (const _ of workers) await ready.acquire();
  const used = process.resourceUsage();
  const start = now();
  go.set();
  let last = start;
  for (const _ of workers) last = Math.max(last, await ended.get());
  const { voluntaryContextSwitches: sleeps, involuntaryContextSwitches: forced } = process.resourceUsage();
  for (const worker of workers) await worker.join();
  return {
    seconds: (last - start) / 1000,
    sleeps: sleeps - used.voluntaryContextSwitches,
    forced: forced - used.involuntaryContextSwitches,
  };
}

const locked = (make, isSync) => (n) => {
  const lock = make();
  return timed(Array.from({ length: n }, () => [pairsOf, lock, Math.ceil(PAIRS / n), isSync]));
};

function queued(n) {
  const queue = new Queue(64);
  const items = Math.ceil(PAIRS / n);
  return timed(Array.from({ length: 2 * n }, (_, i) => [i < n ? put : get, queue, items]));
}

// ── the reference ──

const FREE = 0;
const TAKEN = 1;
const WAITED_FOR = 2;

function drepper({ words, n }) {
  const acquire = () => {
    let found = Atomics.compareExchange(words, 0, FREE, TAKEN);
    if (found === FREE) return;
    if (found !== WAITED_FOR) found = Atomics.exchange(words, 0, WAITED_FOR);
    while (found !== FREE) {
      Atomics.wait(words, 0, WAITED_FOR);
      found = Atomics.exchange(words, 0, WAITED_FOR);
    }
  };
  const release = () => {
    if (Atomics.sub(words, 0, 1) === TAKEN) return;
    Atomics.store(words, 0, FREE);
    Atomics.notify(words, 0, 1);
  };
  Atomics.add(words, 32, 1);
  Atomics.notify(words, 32);
  Atomics.wait(words, 64, 0);
  for (let i = 0; i < n; i++) {
    acquire();
    release();
  }
  Atomics.add(words, 96, 1);
  Atomics.notify(words, 96);
}

async function bare(n) {
  const words = new Int32Array(new SharedArrayBuffer(512));
  const workers = Array.from(
    { length: n },
    () => new Worker(new URL(import.meta.url), { workerData: { words, n: Math.ceil(PAIRS / n) } }),
  );
  const over = Promise.all(workers.map((worker) => new Promise((resolve) => worker.on("exit", resolve))));
  const reached = async (at) => {
    for (let seen = Atomics.load(words, at); seen < n; seen = Atomics.load(words, at))
      await Atomics.waitAsync(words, at, seen).value;
  };
  await reached(32);
  const used = process.resourceUsage();
  const start = now();
  Atomics.store(words, 64, 1);
  Atomics.notify(words, 64);
  await reached(96);
  const seconds = (now() - start) / 1000;
  const { voluntaryContextSwitches: sleeps, involuntaryContextSwitches: forced } = process.resourceUsage();
  await over;
  return {
    seconds,
    sleeps: sleeps - used.voluntaryContextSwitches,
    forced: forced - used.involuntaryContextSwitches,
  };
}

const PYTHON = `
import sys, threading, time
n, pairs = int(sys.argv[1]), int(sys.argv[2])
lock, go = threading.Lock(), threading.Event()
def work():
    go.wait()
    for _ in range(pairs // n):
        lock.acquire()
        lock.release()
threads = [threading.Thread(target=work) for _ in range(n)]
for thread in threads: thread.start()
start = time.perf_counter()
go.set()
for thread in threads: thread.join()
print(time.perf_counter() - start)
`;

function python(n) {
  const { stdout } = spawnSync("python3", ["-c", PYTHON, String(n), String(PAIRS)], { encoding: "utf8" });
  return stdout ? { seconds: Number(stdout) } : undefined;
}

// ── the table ──

const SUBJECTS = {
  "bare Atomics": bare,
  "Python threading.Lock": python,
  "Lock, blocking": locked(() => new Lock(), true),
  "Lock, fair, blocking": locked(() => new Lock({ fair: true }), true),
  "Lock, awaited": locked(() => new Lock(), false),
  "Semaphore(2), blocking": locked(() => new Semaphore(2), true),
  "Queue(64), n and n, blocking": queued,
};

const median = (all) => [...all].sort((a, b) => a.seconds - b.seconds)[all.length >> 1];
const show = ({ seconds, sleeps, forced }) =>
  seconds.toFixed(3) + (sleeps === undefined ? "" : ` (${sleeps}, ${forced})`);

async function main() {
  const counts = options.workers.split(",").map(Number);
  const names = Object.keys(SUBJECTS).filter((name) => options.only === "" || new RegExp(options.only).test(name));
  const results = new Map();
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const n of counts) {
      for (let i = 0; i < names.length; i++) {
        const name = names[(i + round) % names.length];
        const result = await SUBJECTS[name](n);
        if (result === undefined) continue;
        const key = `${name} ${n}`;
        results.set(key, [...(results.get(key) ?? []), result]);
      }
    }
  }
  const table = new Table({
    head: [`${PAIRS} pairs, s (sleeps, preemptions)`, ...counts.map(String)],
    style: { head: [], border: [] },
  });
  for (const name of names) {
    const cells = counts.map((n) => results.get(`${name} ${n}`));
    table.push([name, ...cells.map((all) => (all === undefined ? "–" : show(median(all))))]);
  }
  console.log(table.toString());
}

if (!isMainThread && workerData?.words) drepper(workerData);
else if (isMain(import.meta)) await main();
