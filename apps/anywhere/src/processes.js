/**
 * The same as threads.js with processes, of which one is killed: `node processes.js`, `bun processes.js` and
 * `deno run --allow-read --allow-run --allow-ffi processes.js` print the same. Nobody else comes to harm, and the pool has
 * another in its place.
 */
import { isMain, Lock, Pool, Process, Queue, task, Value } from "heddle/processes";

const ITEMS = 300;

export const addAll = task(
  import.meta,
  /** @param {Queue<number>} queue @param {Lock} lock @param {Value<"i32">} sum */
  async function addAll(queue, lock, sum) {
    for await (const item of queue) {
      // Processes share this number, too; without the lock, another could add to it between our reading and our writing it.
      await lock.run(() => {
        sum.value += item;
      });
    }
  },
);

export const square = task(import.meta, (/** @type {number} */ n) => n * n);

export const killItself = task(import.meta, () => void process.kill(process.pid, "SIGKILL"));

if (isMain(import.meta)) {
  /** @type {Queue<number>} */
  const queue = new Queue();
  const lock = new Lock();
  const sum = new Value("i32");
  const processes = [1, 2, 3].map(() => new Process(addAll, { args: [queue, lock, sum] }).start());
  for (let item = 1; item <= ITEMS; item++) await queue.put(item);
  queue.shutdown();
  for (const each of processes) await each.join();
  console.log(`Three processes added 1 to ${ITEMS} up: ${sum.value}`);

  const pool = new Pool({ size: 2 });
  const [killed] = await Promise.allSettled([pool.run(killItself)]);
  console.log(`A process that is killed: ${killed.status === "rejected" && killed.reason.name}`);
  console.log(`Its pool goes on: ${(await pool.map(square, [1, 2, 3])).join(", ")}`);
  await pool.close();
}
