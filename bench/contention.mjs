/**
 * The cost of a fixed amount of work when many workers fight over one lock, semaphore or queue. Heddle's, blocking and awaited, on threads and
 * processes, take turns in one run with a mutex on bare Atomics and with Python's of the same name. The mutex is the third of Ulrich Drepper,
 * "Futexes Are Tricky", 2011. Starts of workers are left out. Beside the time: the processor time for a pair, how often the process gave up
 * the processor by itself (a sleep), and how often it was made to. `--beside` names another checkout, built: its rows take turns with ours.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import Table from "cli-table3";

const { values: options } = parseArgs({
  options: {
    pairs: { type: "string", default: "100000" },
    workers: { type: "string", default: "1,2,4,8,16,32,64" },
    rounds: { type: "string", default: "3" },
    only: { type: "string", default: "" },
    warm: { type: "string", default: "0" },
    beside: { type: "string", default: "" },
    json: { type: "boolean", default: false },
  },
  strict: false,
});
const PAIRS = Number(options.pairs);
const WARM = Number(options.warm);
const TASKS = new URL("./contention-tasks.mjs", import.meta.url);
const now = () => performance.timeOrigin + performance.now();

const used = () => {
  const { voluntaryContextSwitches: sleeps, involuntaryContextSwitches: forced } = process.resourceUsage();
  const { user, system } = process.cpuUsage();
  return { sleeps, forced, cpu: user + system };
};

/** The time since `start`, and the switches since `before`. */
const since = (start, end, before) => {
  const { sleeps, forced, cpu } = used();
  return {
    seconds: (end - start) / 1000,
    sleeps: sleeps - before.sleeps,
    forced: forced - before.forced,
    cpu: cpu - before.cpu,
  };
};

/** Runs `jobs`, each the name of a task and its arguments, in a worker each. */
async function timed(adapter, jobs) {
  const tasks = adapter.tasksFrom(TASKS);
  const start = { ready: new adapter.Semaphore(0), go: new adapter.Event(), ended: new adapter.Queue(), warm: WARM };
  const workers = jobs.map(([name, ...args]) => new adapter.Worker(tasks[name], { args: [start, ...args] }).start());
  for (const _ of workers) await start.ready.acquire();
  const before = used();
  const begun = now();
  start.go.set();
  let last = begun;
  for (const _ of workers) last = Math.max(last, await start.ended.get());
  const result = since(begun, last, before);
  for (const worker of workers) await worker.join();
  // Those of other processes are not counted.
  return adapter.adapter.capabilities.kind === "process" ? { seconds: result.seconds } : result;
}

const each = (n, jobOf) => Array.from({ length: n }, (_, i) => jobOf(i));

/** `isSync` says of the i-th worker whether it blocks. */
const paired = (adapter, make, isSync) => (n) => {
  const lock = make(adapter);
  return timed(
    adapter,
    each(n, (i) => ["acquireAndRelease", lock, Math.ceil(PAIRS / n), isSync(i)]),
  );
};

const readAndWritten = (adapter, make, isSync) => (n) => {
  const lock = make(adapter);
  return timed(
    adapter,
    each(n, (i) => ["readAndWrite", lock, Math.ceil(PAIRS / n), isSync(i)]),
  );
};

const queued = (adapter, make, isSync) => (n) => {
  const queue = make(adapter);
  return timed(
    adapter,
    each(2 * n, (i) => [i < n ? "put" : "get", queue, Math.ceil(PAIRS / n), isSync(i)]),
  );
};

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
  const before = used();
  const start = now();
  Atomics.store(words, 64, 1);
  Atomics.notify(words, 64);
  await reached(96);
  const result = since(start, now(), before);
  await over;
  return result;
}

const PYTHON = `
import queue, sys, threading, time
kind, n, pairs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
go = threading.Event()
lock = threading.Semaphore(2) if kind == "semaphore" else threading.Lock()
items = queue.Queue(64)
def pair():
    lock.acquire()
    lock.release()
def work(act):
    go.wait()
    for _ in range(pairs // n): act()
acts = [lambda: items.put(1)] * n + [items.get] * n if kind == "queue" else [pair] * n
threads = [threading.Thread(target=work, args=[act]) for act in acts]
for thread in threads: thread.start()
start, used = time.perf_counter(), time.process_time()
go.set()
for thread in threads: thread.join()
print(time.perf_counter() - start, time.process_time() - used)
`;

const python = (kind) => (n) => {
  const { stdout } = spawnSync("python3", ["-c", PYTHON, kind, String(n), String(PAIRS)], { encoding: "utf8" });
  const [seconds, cpu] = stdout.split(" ").map(Number);
  return stdout ? { seconds, cpu: cpu * 1e6 } : undefined;
};

// ── the table ──

const always = () => true;
const never = () => false;
const half = (i) => i % 2 === 0;
const lock = (adapter) => new adapter.Lock();
const fairLock = (adapter) => new adapter.Lock({ fair: true });
const two = (adapter) => new adapter.Semaphore(2);
const fairTwo = (adapter) => new adapter.Semaphore(2, { fair: true });

const readWrite = (adapter) => new adapter.RWLock();
const bounded = (adapter) => new adapter.Queue(64);
const fairQueue = (adapter) => new adapter.Queue({ maxSize: 64, fair: true });

const subjectsOf = (threads, processes) => ({
  "Lock, blocking": paired(threads, lock, always),
  "Lock, awaited": paired(threads, lock, never),
  "Lock, half and half": paired(threads, lock, half),
  "Lock, fair, blocking": paired(threads, fairLock, always),
  "Lock, blocking, processes": paired(processes, lock, always),
  "Semaphore(2), blocking": paired(threads, two, always),
  "Semaphore(2), awaited": paired(threads, two, never),
  "Semaphore(2), half and half": paired(threads, two, half),
  "Semaphore(2), fair, blocking": paired(threads, fairTwo, always),
  "Semaphore(2), blocking, processes": paired(processes, two, always),
  "RWLock, one in ten writes, blocking": readAndWritten(threads, readWrite, always),
  "RWLock, one in ten writes, awaited": readAndWritten(threads, readWrite, never),
  "Queue(64), n and n, blocking": queued(threads, bounded, always),
  "Queue(64), n and n, awaited": queued(threads, bounded, never),
  "Queue(64), n and n, fair, blocking": queued(threads, fairQueue, always),
  "Queue(64), n and n, blocking, processes": queued(processes, bounded, always),
});

/** A row of a checkout, in a process of its own: two copies of a package in one process would be the same objects. */
const apart = (name, checkout) => (n) => {
  const args = [import.meta.filename, "--only", `^${name.replace(/[()]/g, "\\$&")}$`];
  const given = ["--workers", String(n), "--pairs", options.pairs, "--warm", options.warm, "--rounds", "1", "--json"];
  const env = { ...process.env, HEDDLE_BENCH_FROM: checkout };
  const { stdout } = spawnSync(process.execPath, [...args, ...given], { encoding: "utf8", env });
  return stdout ? JSON.parse(stdout) : undefined;
};

/** The adapters of this checkout, or of the one that is named. */
const from = (name) => {
  const other = process.env.HEDDLE_BENCH_FROM;
  return import(other ? pathToFileURL(path.resolve(other, "packages", name, "dist/index.js")).href : `@heddle/${name}`);
};
const threads = await from("node-threads");
const processes = await from("node-processes");

const SUBJECTS = {
  "bare Atomics": bare,
  "Python Lock": python("lock"),
  "Python Semaphore(2)": python("semaphore"),
  "Python Queue(64), n and n": python("queue"),
  ...subjectsOf(threads, processes),
};

const median = (all) => [...all].sort((a, b) => a.seconds - b.seconds)[all.length >> 1];
const show = ({ seconds, cpu, sleeps, forced }) =>
  seconds.toFixed(3) +
  (cpu === undefined ? "" : `, ${(cpu / PAIRS).toFixed(1)} µs`) +
  (sleeps === undefined ? "" : ` (${sleeps}, ${forced})`);

async function main() {
  const counts = options.workers.split(",").map(Number);
  for (const name of options.beside === "" ? [] : Object.keys(subjectsOf(threads, processes))) {
    SUBJECTS[name] = apart(name, "");
    SUBJECTS[`${name}, beside`] = apart(name, options.beside);
  }
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
  if (options.json) {
    for (const all of results.values()) console.log(JSON.stringify(median(all)));
    return;
  }
  const table = new Table({
    head: [`${PAIRS} pairs, s, CPU of one (sleeps, preemptions)`, ...counts.map(String)],
    style: { head: [], border: [] },
  });
  for (const name of names) {
    const cells = counts.map((n) => results.get(`${name} ${n}`));
    table.push([name, ...cells.map((all) => (all === undefined ? "–" : show(median(all))))]);
  }
  console.log(table.toString());
}

if (!isMainThread && workerData?.words) drepper(workerData);
else if (threads.isMain(import.meta)) await main();
