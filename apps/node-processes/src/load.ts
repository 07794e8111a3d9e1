/** Clients of the server, in a process of their own: else the server's event loop would be theirs, too. */
import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { type Event, task } from "@heddle/node-processes";
import { countPrimes } from "./primes.js";

const CLIENTS = 32;
const SIZES = [60_000, 80_000, 100_000, 120_000];
const PING_EVERY_MS = 10;

/** How many requests there were, how many were not answered as they should be, and within how many ms the others. */
interface Answers {
  readonly count: number;
  readonly wrong: number;
  readonly p50: number;
  readonly p99: number;
}

/**
 * Asks on keep-alive connections, each client as soon as it has its last answer, until the time is over. Sets `middle` in the middle of it.
 */
export const apply = task(import.meta, async function apply(port: number, seconds: number, middle: Event) {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS + 1 });
  const expected = SIZES.map((below) => ({ path: `/primes?below=${below}`, body: String(countPrimes(below)) }));
  const end = performance.now() + seconds * 1000;

  async function ask(path: string, body: string, times: number[]): Promise<void> {
    const start = performance.now();
    const isRight = await bodyOf(path).then(
      (got) => got === body,
      () => false,
    );
    times.push(isRight ? performance.now() - start : Number.POSITIVE_INFINITY);
  }
  async function bodyOf(path: string): Promise<string> {
    const [response] = (await once(get({ host: "127.0.0.1", port, path, agent }), "response")) as [IncomingMessage];
    return text(response);
  }

  void delay(seconds * 500).then(() => middle.set());
  const primes: number[] = [];
  const pings: number[] = [];
  const clients = Array.from({ length: CLIENTS }, async (_, n) => {
    for (let turn = n; performance.now() < end; turn++) {
      const { path, body } = expected[turn % SIZES.length] as (typeof expected)[number];
      await ask(path, body, primes);
    }
  });
  while (performance.now() < end) {
    await ask("/ping", "pong", pings);
    await delay(PING_EVERY_MS);
  }
  await Promise.all(clients);
  agent.destroy();
  return { primes: summary(primes), pings: summary(pings) };
});

function summary(times: number[]): Answers {
  const sorted = times.filter(Number.isFinite).sort((a, b) => a - b);
  const percentile = (p: number): number => sorted[Math.floor((sorted.length - 1) * p)] ?? 0;
  return { count: times.length, wrong: times.length - sorted.length, p50: percentile(0.5), p99: percentile(0.99) };
}
