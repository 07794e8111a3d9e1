import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { FixedThreadPool } from "poolifier";

export const name = "poolifier, queues and stealing";

const WAIT_LIMIT_MS = 2000;

export function open(size) {
  const pool = new FixedThreadPool(size, fileURLToPath(new URL("./poolifier-worker.mjs", import.meta.url)), {
    enableTasksQueue: true,
    tasksQueueOptions: { concurrency: 16, taskStealing: true, tasksStealingOnBackPressure: true },
  });
  return {
    run: (task, args) => pool.execute(args, task),
    close: () => Promise.race([pool.destroy(), setTimeout(WAIT_LIMIT_MS)]),
  };
}
