/**
 * One program for three runtimes: `node threads.js`, `bun threads.js` and `deno run --allow-read threads.js` print the same. How many
 * primes there are is found out twice: by threads that share a queue, a lock and a sum, and by a pool.
 */
import { isMain, Lock, Pool, Queue, Thread, task, Value } from "heddle";

const BELOW = 100_000;
const STEP = 10_000;

/** @param {number} from */
function countPrimes(from) {
  let count = 0;
  candidates: for (let n = Math.max(2, from); n < from + STEP; n++) {
    for (let d = 2; d * d <= n; d++) if (n % d === 0) continue candidates;
    count++;
  }
  return count;
}

export const count = task(import.meta, countPrimes);

export const countUntilNoneIsLeft = task(
  import.meta,
  /** @param {Queue<number>} starts @param {Lock} lock @param {Value<"i32">} sum */
  async function countUntilNoneIsLeft(starts, lock, sum) {
    for await (const from of starts) {
      const primes = countPrimes(from);
      // Without the lock, another thread could add to the sum between our reading and our writing it.
      await lock.run(() => {
        sum.value += primes;
      });
    }
  },
);

if (isMain(import.meta)) {
  const starts = Array.from({ length: BELOW / STEP }, (_, i) => i * STEP);

  /** @type {Queue<number>} */
  const queue = new Queue();
  const lock = new Lock();
  const sum = new Value("i32");
  const threads = [1, 2, 3].map(() => new Thread(countUntilNoneIsLeft, { args: [queue, lock, sum] }).start());
  for (const from of starts) await queue.put(from);
  queue.shutdown();
  for (const thread of threads) await thread.join();
  console.log(`Three threads found ${sum.value} primes below ${BELOW}`);

  const pool = new Pool();
  const counts = await pool.map(count, starts);
  console.log(`A pool found ${counts.reduce((all, some) => all + some)} primes below ${BELOW}`);
  await pool.close();
}
