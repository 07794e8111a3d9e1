/**
 * One HTTP server twice, under the same load: first it computes in its handler, then in a pool of processes. Of the pool, one process
 * is killed in the middle. `node server.js [SECONDS]`: how long each half takes.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Event, isMain, Pool, Process, task, WorkerCrashedError } from "@heddle/node-processes";
import Table from "cli-table3";
import { apply } from "./load.js";
import { countPrimes } from "./primes.js";

/** How often a call is made whose worker crashes each time: perhaps it is the call that crashes it. */
const ATTEMPTS = 3;

/** The pool's task. Its answer says who computed it. */
export const compute = task(import.meta, function compute(below: number) {
  return { primes: countPrimes(below), pid: process.pid };
});

/** Puts load on a server with this handler for some seconds; calls `halfWay` in the middle. */
async function underLoad(answer: (below: number) => Promise<number>, seconds: number, halfWay = () => {}) {
  const server = createServer(async (request, response) => {
    try {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
      response.end(pathname === "/primes" ? String(await answer(Number(searchParams.get("below")))) : "pong");
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;

  const lag = monitorEventLoopDelay({ resolution: 5 });
  lag.enable();
  const middle = new Event();
  const clients = new Process(apply, { args: [port, seconds, middle], name: "clients" }).start();
  const [load] = await Promise.all([clients.result, middle.wait().then(halfWay)]);
  await clients.join();
  lag.disable();
  server.close();
  server.closeAllConnections();
  return { ...load, lagP99: lag.percentile(99) / 1e6 };
}

if (isMain(import.meta)) {
  const seconds = Number(process.argv[2] ?? 7);
  console.log(`An HTTP server counts primes for many clients, ${seconds} s in its handler and ${seconds} s in a pool.`);
  console.log("Meanwhile one more client asks /ping, which needs no computing.\n");

  const alone = await underLoad(async (below) => countPrimes(below), seconds);

  await using pool = new Pool();
  // Starts its processes, which is no part of what is measured.
  const warm = await pool.map(compute, new Array(4 * pool.size).fill(1000), { chunkSize: 1 });
  /** The pool's processes, last the one that answered last. */
  const pids = new Set(warm.map(({ pid }) => pid));
  let repeated = 0;
  async function computeInPool(below: number): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      try {
        const { primes, pid } = await pool.run(compute, below);
        pids.delete(pid);
        pids.add(pid);
        return primes;
      } catch (error) {
        // To count primes once more does no harm: so what was lost with a worker is done again, by another.
        if (!(error instanceof WorkerCrashedError) || attempt === ATTEMPTS) throw error;
        repeated++;
      }
    }
  }
  const pooled = await underLoad(computeInPool, seconds, () => {
    // The one that has been busy for longest.
    const [victim] = pids;
    process.kill(victim as number, "SIGKILL");
    console.log(`kill -9 ${victim}, a process of the pool, with all clients waiting for answers.\n`);
  });

  const ms = (time: number): string => `${time.toFixed(time < 10 ? 1 : 0)} ms`;
  const table = new Table({
    head: ["", "in the handler", `in a pool of ${pool.size}`],
    colAligns: ["left", "right", "right"],
    style: { head: [], border: [] },
  });
  const row = (name: string, cell: (half: typeof alone) => string | number) =>
    table.push([name, cell(alone), cell(pooled)]);
  row("/ping: half of them answered within", ({ pings }) => ms(pings.p50));
  row("/ping: 99 of 100 answered within", ({ pings }) => ms(pings.p99));
  row("/primes: half of them answered within", ({ primes }) => ms(primes.p50));
  row("/primes: 99 of 100 answered within", ({ primes }) => ms(primes.p99));
  row("event loop: late by, 99 of 100 times, at most", ({ lagP99 }) => ms(lagP99));
  row("/primes requests", ({ primes }) => primes.count);
  row("answered rightly", ({ primes }) => primes.count - primes.wrong);
  console.log(table.toString());

  const { primes, pings } = pooled;
  console.log(
    `\nProcesses killed: 1; replaced: ${pool.stats.respawned}; calls lost with it, and made again: ${repeated}.`,
  );
  const wrong = primes.wrong + pings.wrong + alone.primes.wrong + alone.pings.wrong;
  console.log(
    wrong === 0 ? "Every request was answered, and rightly." : `${wrong} requests were not answered rightly.`,
  );
  process.exitCode = wrong === 0 ? 0 : 1;
}
