import { isMain, Pool, Queue, Thread, task } from "@heddle/node-threads";

export const double = task(
  import.meta,
  /** @param {number} n */
  function double(n) {
    return 2 * n;
  },
);

export const putDoubled = task(
  import.meta,
  /** @param {Queue<number>} queue @param {number} n */
  async function putDoubled(queue, n) {
    await queue.put(double(n));
  },
);

if (isMain(import.meta)) {
  const used = new Pool({ size: 2 });
  const neverUsed = new Pool();
  /** @type {Queue<number>} */
  const queue = new Queue();
  const thread = new Thread(putDoubled, { args: [queue, 4] }).start();
  console.log(await used.map(double, [1, 2, 3]), await queue.get(), await thread.join(), neverUsed.running);
}
