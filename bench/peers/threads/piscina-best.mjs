import { Piscina } from "piscina";

export const name = "piscina, 64 tasks a worker";

/** A worker that has tasks at hand need not wait for the next: its best setting for batches. */
const concurrentTasksPerWorker = 64;

export function open(size) {
  const filename = new URL("./piscina-worker.mjs", import.meta.url).href;
  const pool = new Piscina({ filename, minThreads: size, maxThreads: size, concurrentTasksPerWorker });
  return { run: (task, args) => pool.run(args, { name: task }), close: () => pool.destroy() };
}
