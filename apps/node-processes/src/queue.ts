/** Four processes put a greeting into a queue; the parent takes four out. */
import { current, isMain, Process, Queue, task } from "@heddle/node-processes";

export const worker = task(import.meta, async function worker(queue: Queue<string>) {
  await queue.put(`Hello from ${current().name}`);
});

if (isMain(import.meta)) {
  const queue = new Queue<string>();
  const processes = Array.from({ length: 4 }, () => new Process(worker, { args: [queue] }).start());

  for (const _ of processes) console.log(await queue.get());
  for (const child of processes) await child.join();
}
