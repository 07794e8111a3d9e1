import { fileURLToPath } from "node:url";
import workerpool from "workerpool";

export const name = "workerpool";

export function open(size) {
  const script = fileURLToPath(new URL("../threads/workerpool-worker.mjs", import.meta.url));
  const pool = workerpool.pool(script, { workerType: "process", minWorkers: size, maxWorkers: size });
  return { run: (task, args) => pool.exec(task, args), close: () => pool.terminate() };
}
