import { isMain, Pool, task } from "@heddle/node-threads";
import { square } from "./tasks.ts";

export const double = task(import.meta, function double(n: number): number {
  return n + n;
});

async function main(): Promise<void> {
  const pool = new Pool({ size: 2 });
  console.log("squares", await pool.map(square, [3, 4, 5]));
  console.log("double", await pool.run(double, 21));
  await pool.close();
}

if (isMain(import.meta)) main();
