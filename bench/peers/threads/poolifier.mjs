import { fileURLToPath } from "node:url";
import { FixedThreadPool } from "poolifier";

export const name = "poolifier";

export function open(size) {
  const pool = new FixedThreadPool(size, fileURLToPath(new URL("./poolifier-worker.mjs", import.meta.url)));
  return { run: (task, args) => pool.execute(args, task), close: () => pool.destroy() };
}
