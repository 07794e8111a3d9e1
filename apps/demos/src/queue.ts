/** Four workers put a greeting into a queue; their parent takes four out. */
import { current, isMain, Queue, task, Worker } from "#heddle";

export const greet = task(import.meta, async function greet(queue: Queue<string>) {
  await queue.put(`Hello from ${current().name}`);
});

if (isMain(import.meta)) {
  const queue = new Queue<string>();
  const workers = Array.from({ length: 4 }, () => new Worker(greet, { args: [queue] }).start());

  for (const _ of workers) console.log(await queue.get());
  for (const worker of workers) await worker.join();
}
