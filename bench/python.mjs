/**
 * Heddle's processes beside Python's multiprocessing, if there is a python3: both in turn, several rounds, medians.
 *
 *     node python.mjs [rounds]
 */
import { spawnSync } from "node:child_process";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { isMain, Lock, Pool, Process, Queue, task } from "@heddle/node-processes";
import Table from "cli-table3";

const PAIRS = 2_000_000;
const ITEMS = 1_000_000;
const TRIPS = 20_000;
const TASKS = 20_000;

export const add = task(import.meta, function add(a, b) {
  return a + b;
});

export const produce = task(import.meta, function produce(queue, count) {
  for (let i = 0; i < count; i++) queue.putSync(i);
});

export const echo = task(import.meta, function echo(there, back, count) {
  for (let i = 0; i < count; i++) back.putSync(there.getSync());
});

function lockPairs() {
  const lock = new Lock();
  const start = performance.now();
  for (let i = 0; i < PAIRS; i++) {
    lock.acquireSync();
    lock.release();
  }
  return PAIRS / ((performance.now() - start) / 1000);
}

async function throughQueue() {
  const queue = new Queue();
  const producer = new Process(produce, { args: [queue, ITEMS] }).start();
  queue.getSync();
  const start = performance.now();
  for (let i = 1; i < ITEMS; i++) queue.getSync();
  const rate = ITEMS / ((performance.now() - start) / 1000);
  await producer.join();
  return rate;
}

async function roundTrips() {
  const there = new Queue();
  const back = new Queue();
  const partner = new Process(echo, { args: [there, back, TRIPS] }).start();
  there.putSync(0);
  back.getSync();
  const start = performance.now();
  for (let i = 1; i < TRIPS; i++) {
    there.putSync(i);
    back.getSync();
  }
  const rate = TRIPS / ((performance.now() - start) / 1000);
  await partner.join();
  return rate;
}

async function smallTasks() {
  const pool = new Pool({ size: 2 });
  const batch = (count) => Promise.all(Array.from({ length: count }, (_, i) => pool.run(add, i, 1)));
  await batch(TASKS);
  const start = performance.now();
  await batch(TASKS);
  const rate = TASKS / ((performance.now() - start) / 1000);
  await pool.close();
  return rate;
}

function python() {
  const script = fileURLToPath(new URL("./python.py", import.meta.url));
  const ended = spawnSync("python3", [script, PAIRS, ITEMS, TRIPS, TASKS], { encoding: "utf8" });
  if (ended.error !== undefined || ended.status !== 0) return undefined;
  return Object.fromEntries(
    ended.stdout
      .trim()
      .split("\n")
      .map((line) => line.split(" ")),
  );
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

if (isMain(import.meta)) {
  const rounds = Number(process.argv[2] ?? 5);
  const ours = { lock: [], queue: [], trips: [], pool: [] };
  const theirs = { lock: [], queue: [], trips: [], pool: [] };
  let version;
  for (let round = 0; round <= rounds; round++) {
    const measured = {
      lock: lockPairs(),
      queue: await throughQueue(),
      trips: await roundTrips(),
      pool: await smallTasks(),
    };
    const rival = python();
    if (rival === undefined) break;
    version = rival.version;
    // The first round warms up.
    if (round === 0) continue;
    for (const what of Object.keys(ours)) {
      ours[what].push(measured[what]);
      theirs[what].push(Number(rival[what]));
    }
  }
  if (version === undefined) {
    console.log("There is no python3 here to measure beside.");
  } else {
    const machine = `${cpus()[0]?.model.trim()}, ${availableParallelism()} CPUs, Node ${process.version}`;
    console.log(`${machine}, Python ${version}; ${rounds} rounds, medians`);
    const table = new Table({ head: ["per second", "heddle", "python", "heddle is"], style: { head: [], border: [] } });
    const titles = {
      lock: "Lock: uncontended acquire and release",
      queue: "Queue: items from one process to another",
      trips: "Queue: round trips between two processes",
      pool: "Pool of two: small tasks in a batch",
    };
    for (const [what, title] of Object.entries(titles)) {
      const [us, them] = [median(ours[what]), median(theirs[what])];
      table.push([
        title,
        Math.round(us).toLocaleString("en"),
        Math.round(them).toLocaleString("en"),
        `${(us / them).toFixed(1)} × as fast`,
      ]);
    }
    console.log(table.toString());
  }
}
