/** Four threads put a greeting into a queue; the parent takes four out. */
import { current, isMain, Queue, Thread, task } from "@heddle/deno";

export const worker = task(import.meta, async function worker(queue: Queue<string>) {
  await queue.put(`Hello from ${current().name}`);
});

if (isMain(import.meta)) {
  const queue = new Queue<string>();
  const threads = Array.from({ length: 4 }, () => new Thread(worker, { args: [queue] }).start());

  for (const _ of threads) console.log(await queue.get());
  for (const thread of threads) await thread.join();
}
