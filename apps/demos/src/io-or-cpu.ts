/**
 * The same work that waits, and the same work that computes, done in three ways: which way pays for which? Its argument, if it has one,
 * is in how many rounds to measure that.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import Table from "cli-table3";
import { adapter, availableParallelism, isMain, Pool, type Task, task, Worker } from "#heddle";
import { fastest, median } from "./fastest.ts";

const JOBS = 8;
const PRIMES_BELOW = 200_000;
const ANSWERS_AFTER_MS = 25;

/** Waits: a request to a server that answers after a while. */
export const request = task(import.meta, async function request(url: string) {
  return (await fetch(url)).text();
});

/** Computes: counts primes by trial division. */
export const countPrimes = task(import.meta, function countPrimes(below: number) {
  let count = 0;
  candidates: for (let n = 2; n < below; n++) {
    for (let d = 2; d * d <= n; d++) if (n % d === 0) continue candidates;
    count++;
  }
  return count;
});

export const requestAll = task(import.meta, async function requestAll(urls: string[]) {
  return Promise.all(urls.map((url) => request(url)));
});

export const countPrimesAll = task(import.meta, async function countPrimesAll(limits: number[]) {
  return Promise.all(limits.map(async (below) => countPrimes(below)));
});

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** How long each way takes, in several rounds: one by one, so that what else runs on the machine disturbs all of them. */
async function measure<T, R>(
  one: Task<[T], R>,
  all: Task<[T[]], Promise<unknown>>,
  job: T,
  pool: Pool,
  rounds: number,
) {
  const jobs = new Array<T>(JOBS).fill(job);
  const ways: Record<string, () => Promise<unknown>> = {
    "one after another": async () => {
      for (const job of jobs) await pool.run(one, job);
    },
    "at once in one worker": () => pool.run(all, jobs),
    [`in a pool of ${pool.size}`]: () => pool.map(one, jobs, { chunkSize: 1 }),
  };
  const measured = Object.entries(ways).map(([name, way]) => ({ name, way, times: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    for (const { way, times } of measured) times.push(await msOf(way));
  }
  return Object.fromEntries(measured.map(({ name, times }) => [name, times]));
}

if (isMain(import.meta)) {
  const rounds = Number(process.argv[2] ?? 5);
  const server = createServer((_, response) => void delay(ANSWERS_AFTER_MS).then(() => response.end("ok")));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  await using pool = new Pool();
  // Starts the workers and loads this module there, which is no part of what is measured.
  await pool.map(countPrimes, new Array(4 * pool.size).fill(1000), { chunkSize: 1 });

  const waiting = await measure(request, requestAll, url, pool, rounds);
  const computing = await measure(countPrimes, countPrimesAll, PRIMES_BELOW, pool, rounds);
  server.close();
  server.closeAllConnections();
  const birth = await msOf(() => new Worker(countPrimes, { args: [0] }).start().join());

  const row = (name: string, ways: typeof waiting) => [
    name,
    ...Object.values(ways).map(
      (times) => `${median(times).toFixed()} ms (${Math.min(...times).toFixed()} to ${Math.max(...times).toFixed()})`,
    ),
  ];
  const table = new Table({
    head: [`median of ${rounds}`, ...Object.keys(waiting)],
    style: { head: [], border: [] },
  });
  table.push(row("I/O-bound", waiting), row("CPU-bound", computing));
  console.log(table.toString());

  const verdict = (ways: typeof waiting) => fastest(ways) ?? "none of them: the differences are within the noise";
  console.log(`Measured here on ${availableParallelism()} CPUs, fastest by far, in every round,`);
  console.log(`  for work that waits: ${verdict(waiting)};`);
  console.log(`  for work that computes: ${verdict(computing)}.`);
  console.log("Work that waits needs no more workers; work that computes needs a CPU each.");

  const { workerName, isolatedCrashes } = adapter.capabilities;
  console.log(`A ${workerName.toLowerCase()} was started, and ended, in ${birth.toFixed()} ms.`);
  if (isolatedCrashes) {
    console.log(
      "Processes are best for what computes for long, wants much memory, or may crash: none takes another with it.",
    );
  }
}
