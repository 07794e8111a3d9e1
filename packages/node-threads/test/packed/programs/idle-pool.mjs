import { isMain, Pool, task } from "@heddle/node-threads";

export const double = task(
  import.meta,
  /** @param {number} n */
  function double(n) {
    return 2 * n;
  },
);

// Kept alive by the channel to its parent alone. Each message through it is answered with the usage so far.
if (isMain(import.meta)) {
  const pool = new Pool({ size: 2 });
  await pool.map(double, [1, 2, 3, 4]);
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    const wakeUps = process.resourceUsage().voluntaryContextSwitches;
    process.send?.({ at: performance.now(), cpu: (user + system) / 1000, wakeUps });
  });
  process.send?.("idle");
}
