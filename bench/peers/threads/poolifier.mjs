import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { FixedThreadPool } from "poolifier";

export const name = "poolifier";

/** Its `destroy` may never settle (5.3.2), and then nothing keeps the program alive. */
const WAIT_LIMIT_MS = 2000;

/** `settings` are options of poolifier. */
export function open(size, settings = {}) {
  const pool = new FixedThreadPool(size, fileURLToPath(new URL("./poolifier-worker.mjs", import.meta.url)), settings);
  return {
    run: (task, args) => pool.execute(args, task),
    close: () => Promise.race([pool.destroy(), setTimeout(WAIT_LIMIT_MS)]),
  };
}
