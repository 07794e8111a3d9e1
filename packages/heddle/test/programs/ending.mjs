// @ts-check
/**
 * The ends of pools, and of programs that have some: `ending.mjs <threads|processes> <how> [folder]`. Tasks print a thousand lines each,
 * more than a pipe holds.
 */
import { appendFileSync, createWriteStream } from "node:fs";

/** @type {import("@heddle/core").Surface} */
const heddle = await import(process.argv[2] === "processes" ? "heddle/processes" : "heddle");
const { isMain, Pool, setExceptHook, sleep, task, usage, Worker } = heddle;

const LINES = 1000;

export const print = task(import.meta, function printLines(/** @type {string} */ name) {
  for (let n = 0; n < LINES; n++) console.log(`${name} ${n} ${"-".repeat(40)}`);
  return name;
});

/** Leaves to its worker's end what has to be done by then. */
export const leave = task(import.meta, function leave(/** @type {string} */ folder) {
  process.on("exit", () => appendFileSync(`${folder}/exits`, "exit\n"));
  const stream = createWriteStream(`${folder}/stream`);
  for (let n = 0; n < LINES; n++) stream.write(`${n} ${"-".repeat(200)}\n`);
});

export const finish = task(import.meta, async function finish(/** @type {string} */ folder) {
  await sleep(1);
  appendFileSync(`${folder}/exits`, "finalizer\n");
});

export const keepTimer = task(import.meta, () => void setInterval(() => {}, 60_000), { name: "keepTimer" });
export const add = task(import.meta, (/** @type {number} */ a) => a + 1, { name: "add" });
export const five = task(import.meta, () => sleep(100).then(() => 5), { name: "five" });
export const daemonOfDaemon = task(import.meta, () => new Worker(five).start().result, { name: "daemonOfDaemon" });

/** @type {Record<string, (folder: string) => Promise<unknown>>} */
const ways = {
  async close() {
    const pool = new Pool({ size: 2 });
    await pool.map(print, ["a", "b", "c"], { chunkSize: 1 });
    await pool.close();
  },
  async dispose() {
    const pool = new Pool({ size: 2 });
    await pool.map(print, ["a", "b", "c"], { chunkSize: 1 });
    await pool[Symbol.asyncDispose]();
  },
  async terminate() {
    const pool = new Pool({ size: 2 });
    await pool.map(print, ["a", "b", "c"], { chunkSize: 1 });
    await pool.terminate();
  },
  async idle() {
    const pool = new Pool({ size: 2, minSize: 0, idleTimeout: 0 });
    await pool.map(print, ["a", "b", "c"], { chunkSize: 1 });
    while (usage().workers > 1) await sleep(1);
  },
  async recycled() {
    const pool = new Pool({ size: 2, maxTasksPerWorker: 1 });
    await pool.map(print, ["a", "b", "c"], { chunkSize: 1 });
    await pool.close();
  },
  async end() {
    await new Pool({ size: 2 }).map(print, ["a", "b", "c"], { chunkSize: 1 });
  },
  async throw() {
    await new Pool({ size: 2 }).map(print, ["a", "b", "c"], { chunkSize: 1 });
    throw new Error("the next thing");
  },
  async exit() {
    await new Pool({ size: 2 }).map(print, ["a", "b", "c"], { chunkSize: 1 });
    process.exit(3);
  },
  async joinSync() {
    const workers = ["a", "b", "c"].map((name) => new Worker(print, { args: [name] }).start());
    for (const worker of workers) worker.joinSync();
    process.exit(0);
  },
  /** Somebody else has the output: workers print there too, unless they are processes. */
  async patched(folder) {
    let seen = "";
    process.stdout.write = (/** @type {any} */ text) => {
      seen += String(text);
      return true;
    };
    process.on("exit", () => appendFileSync(`${folder}/seen`, seen));
    const worker = new Worker(print, { args: ["a"] }).start();
    worker.joinSync();
    await new Pool({ size: 2 }).map(print, ["b", "c"], { chunkSize: 1 });
    process.exit(0);
  },
  async leaveClosed(folder) {
    const pool = new Pool({ size: 1, finalizer: finish, finalizerArgs: [folder] });
    await pool.run(leave, folder);
    await pool.close();
  },
  async leaveOpen(folder) {
    await new Pool({ size: 1, finalizer: finish, finalizerArgs: [folder] }).run(leave, folder);
  },
  /** An object that a worker keeps for ever keeps no program. */
  async timer() {
    await new Pool({ size: 1 }).run(keepTimer);
    console.log("the program has nothing left to do");
  },
  async stopTimeout() {
    setExceptHook((error) => console.log(String(error)));
    const pool = new Pool({ name: "slow", size: 1, stopTimeout: 50 });
    await pool.run(keepTimer);
    await pool.close();
    console.log(usage().workers);
  },
  /** At the end of its event loop, a program may go on with its pool. */
  async again() {
    const pool = new Pool({ size: 1 });
    console.log(await pool.run(add, 1));
    process.once("beforeExit", async () => console.log(await pool.run(add, 2)));
  },
  /** Nothing else is left to do than to wait for a daemon. */
  async daemon() {
    console.log(await new Worker(five, { daemon: true }).start().result);
  },
  async daemonOfDaemon() {
    console.log(await new Worker(daemonOfDaemon, { daemon: true }).start().result);
  },
};

if (isMain(import.meta)) {
  const [, , , how = "", folder = ""] = process.argv;
  void ways[how]?.(folder);
}
