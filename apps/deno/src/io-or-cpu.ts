/** The same work that waits, and the same work that computes, done in three ways: which way pays for which? */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { availableParallelism, isMain, Pool, type Task, task } from "@heddle/deno";
import Table from "cli-table3";

const JOBS = 16;
const PRIMES_BELOW = 600_000;

/** Waits: a request to a server that answers after 50 ms. */
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

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** The three ways: one job after another, all jobs at once in one worker, all jobs in a pool. */
async function measure<T, R>(one: Task<[T], R>, all: Task<[T[]], Promise<unknown>>, jobs: T[], pool: Pool) {
  const inTurn = await seconds(async () => {
    for (const job of jobs) await pool.run(one, job);
  });
  const inOneWorker = await seconds(() => pool.run(all, jobs));
  const inPool = await seconds(() => pool.map(one, jobs, { chunkSize: 1 }));
  return { inTurn, inOneWorker, inPool };
}

if (isMain(import.meta)) {
  const server = createServer((_, response) => void delay(50).then(() => response.end("ok"))).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  await using pool = new Pool();
  // Starts the workers and loads this module there, which is no part of what is measured.
  await pool.map(countPrimes, new Array(4 * pool.size).fill(1000), { chunkSize: 1 });

  const io = await measure(request, requestAll, new Array<string>(JOBS).fill(url), pool);
  const cpu = await measure(countPrimes, countPrimesAll, new Array<number>(JOBS / 2).fill(PRIMES_BELOW), pool);
  server.close();
  server.closeAllConnections();

  const cell = (time: number, inTurn: number) => `${time.toFixed(2)} s  ×${(inTurn / time).toFixed(1)}`;
  const row = (name: string, { inTurn, inOneWorker, inPool }: typeof io) => [
    name,
    `${inTurn.toFixed(2)} s`,
    cell(inOneWorker, inTurn),
    cell(inPool, inTurn),
  ];
  const table = new Table({
    head: ["work", "one after another", "at once in one worker", `pool of ${pool.size}`],
    style: { head: [], border: [] },
  });
  table.push(row("I/O-bound", io), row("CPU-bound", cpu));
  console.log(table.toString());

  const fastest = ({ inOneWorker, inPool }: typeof io) => (inOneWorker <= inPool ? "one worker" : "a pool");
  console.log(`Measured here on ${availableParallelism()} CPUs: waiting was done fastest by ${fastest(io)},`);
  console.log(
    `computing by ${fastest(cpu)}. Work that waits needs no more threads; work that computes needs a CPU each.`,
  );
}
