// As NestJS and Express are written: TypeScript that becomes CommonJS.
import { isMain, Pool, type Queue, Queue as SharedQueue, task } from "@heddle/node-threads";

const square = task(module, async function square(n: number, done: Queue<number>): Promise<number> {
  await done.put(n);
  return n ** 2;
});

async function main(): Promise<void> {
  const pool = new Pool({ size: 2 });
  const done = new SharedQueue<number>();
  const squares = await Promise.all([1, 2, 3].map((n) => pool.run(square, n, done)));
  const other = await import("@heddle/node-threads");
  // Both halves have the same classes.
  console.log(squares, [done instanceof SharedQueue, done instanceof other.Queue].filter(Boolean).length);
  await pool.close();
}

if (isMain(module)) void main();
