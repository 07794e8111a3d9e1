// @ts-check
/**
 * Terminates workers that start a pool of their own, `ended-starts.mjs <threads|processes> <times>`: each a little later than the one before,
 * so that every step of the start is met. A lock is used by each and by the main worker, which goes on.
 */
import { setTimeout as pass } from "node:timers/promises";

/** @type {import("@heddle/core").Surface} */
const heddle = await import(process.argv[2] === "processes" ? "heddle/processes" : "heddle");
const { Event, isMain, Lock, Pool, task, usage, Worker } = heddle;

const STEP_MS = 0.5;

/** @import * as Core from "@heddle/core" */

export const startPool = task(
  import.meta,
  async function startPool(/** @type {Core.Event} */ begun, /** @type {Core.Lock} */ lock) {
    const pool = new Pool({ size: 2 });
    begun.set();
    for (let n = 0; ; n++) await pool.run(addUnder, lock, n);
  },
);

export const addUnder = task(import.meta, function addUnder(/** @type {Core.Lock} */ lock, /** @type {number} */ n) {
  return lock.runSync(() => n + 1);
});

if (isMain(import.meta)) {
  const times = Number(process.argv[3]);
  const lock = new Lock();
  let ended = 0;
  for (let n = 0; n < times; n++) {
    const begun = new Event();
    const worker = new Worker(startPool, { args: [begun, lock] }).start();
    worker.result.catch(() => {});
    await begun.wait();
    await pass(n * STEP_MS);
    await worker.terminate();
    if (lock.abandoned) lock.recover();
    if (await lock.run(() => !worker.isAlive)) ended++;
  }
  // Those of the pools end with who started them.
  while (usage().workers > 1) await pass(1);
  console.log(`${ended} of ${times} ended, ${usage().workers} left`);
}
