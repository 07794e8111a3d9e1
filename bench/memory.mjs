/**
 * What waits and what idles, in bytes: a call that waits behind others, and an idle worker beside a bare `Worker`. Each in a process of its
 * own.
 *
 *     node memory.mjs
 */
import { execFileSync } from "node:child_process";
import { setTimeout as pass } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import Table from "cli-table3";

const CALLS = 200_000;
const WORKERS = 8;

const collected = async () => {
  for (let i = 0; i < 3; i++) {
    globalThis.gc();
    await pass(20);
  }
  return process.memoryUsage();
};

/** @param {string} peer */
async function waitingCall(peer) {
  const { open } = await import(`./peers/threads/${peer}.mjs`);
  const pool = open(1);
  await pool.run("add", [1, 2]);
  const before = await collected();
  // Each promise has its place there before.
  const waiting = new Array(CALLS).fill(undefined);
  for (let i = 0; i < CALLS; i++) waiting[i] = pool.run("compute", [2_000_000]).catch(() => undefined);
  const after = await collected();
  const used = ({ heapUsed, external }) => heapUsed + external;
  return (used(after) - used(before)) / CALLS;
}

/** @param {string} peer */
async function idleWorker(peer) {
  const { open } = await import(`./peers/threads/${peer}.mjs`);
  const before = (await collected()).rss;
  const pool = open(WORKERS);
  // Each has run a task, which lasts until all have one.
  await Promise.all(Array.from({ length: WORKERS }, () => pool.run("compute", [20_000_000])));
  return ((await collected()).rss - before) / WORKERS;
}

const measures = { waitingCall, idleWorker };
const [measure, subject] = process.argv.slice(2);
if (measure === undefined) {
  const table = new Table({ head: ["bytes", "of", "each"], style: { head: [], border: [] } });
  const each = [
    ...["heddle", "piscina", "tinypool", "workerpool", "poolifier"].map((peer) => ["waitingCall", peer]),
    ...["heddle", "bare"].map((peer) => ["idleWorker", peer]),
  ];
  for (const [what, of] of each) {
    const args = ["--expose-gc", fileURLToPath(import.meta.url), what, of];
    const bytes = execFileSync(process.execPath, args, { encoding: "utf8" });
    table.push([what, of, Math.round(Number(bytes)).toLocaleString("en-US")]);
  }
  console.log(table.toString());
} else {
  console.log(await measures[measure](subject));
  process.exit();
}
