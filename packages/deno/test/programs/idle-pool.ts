import { isMain, Pool, task } from "@heddle/deno";

export const double = task(import.meta, (n: number) => 2 * n);

// Kept alive by its standard input alone. Each message through it is answered with the usage so far.
if (isMain(import.meta)) {
  const pool = new Pool({ size: 2 });
  await pool.map(double, [1, 2, 3, 4]);
  for await (const _ of Deno.stdin.readable) {
    const { user, system } = process.cpuUsage();
    const wakeUps = process.resourceUsage().voluntaryContextSwitches;
    console.log(JSON.stringify({ at: performance.now(), cpu: (user + system) / 1000, wakeUps }));
  }
}
