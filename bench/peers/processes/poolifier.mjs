import { fileURLToPath } from "node:url";
import { FixedClusterPool } from "poolifier";

export const name = "poolifier";

export function open(size) {
  const pool = new FixedClusterPool(size, fileURLToPath(new URL("./poolifier-worker.cjs", import.meta.url)));
  return { run: (task, args) => pool.execute(args, task), close: () => pool.destroy() };
}
