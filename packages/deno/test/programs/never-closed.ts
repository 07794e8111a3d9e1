import { isMain, Pool, Queue, Thread, task } from "@heddle/deno";

export const double = task(import.meta, (n: number) => 2 * n);

export const putDoubled = task(import.meta, async function putDoubled(queue: Queue<number>, n: number) {
  await queue.put(double(n));
});

if (isMain(import.meta)) {
  const used = new Pool({ size: 2 });
  const neverUsed = new Pool();
  const queue = new Queue<number>();
  const thread = new Thread(putDoubled, { args: [queue, 4] }).start();
  console.log(await used.map(double, [1, 2, 3]), await queue.get(), await thread.join(), neverUsed.running);
}
