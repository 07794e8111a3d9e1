import { inline, isMain, Pool, Process, Queue, task } from "@heddle/bun/processes";

export const double = task(import.meta, (n: number) => 2 * n);

/** The command line of a process that a process has started, told by way of a queue of the first one's. */
export const tell = task(import.meta, async function tell(queue: Queue<string[]>) {
  await queue.put(process.argv.slice(2));
});
export const hasTold = task(import.meta, async function hasTold(queue: Queue<string[]>) {
  return await new Process(tell, { args: [queue] }).start().join();
});
export const crash = task(import.meta, () => process.kill(process.pid, "SIGKILL"));

if (isMain(import.meta)) {
  // Never closed, and no reason for the program not to end.
  const pool = new Pool({ size: 2 });
  const square = inline((n: number) => n * n);
  console.log(await pool.map(double, [1, 2, 3]), await pool.run(square, 9));
  const queue = new Queue<string[]>();
  console.log(await new Process(hasTold, { args: [queue] }).start().join(), await queue.get());
  const crashing = new Process(crash).start();
  console.log(await crashing.result.catch(({ name }: Error) => name), crashing.exitCode);
}
