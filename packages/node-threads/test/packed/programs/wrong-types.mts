import { isMain, Lock, Pool, Queue, Thread, task, Value } from "@heddle/node-threads";

export const half = task(import.meta, (n: number) => n / 2);
export const halfLater = task(import.meta, async (n: number) => n / 2);
const notATask = (n: number): number => n / 2;

// Compiles only if each line below a mark is refused: an `any` that slips into our declarations makes one of them pass.
if (isMain(import.meta)) {
  const pool = new Pool();
  // @ts-expect-error: a string where the task takes a number
  pool.run(half, "1");
  // @ts-expect-error: an argument is missing
  pool.run(half);
  // @ts-expect-error: an argument too many
  pool.run(half, 1, 2);
  // @ts-expect-error: a function that is no task
  pool.run(notATask, 1);
  // @ts-expect-error: a result that is no string
  const text: string = await pool.run(half, 1);
  // @ts-expect-error: results that are no promises
  const promises: Promise<number>[] = await pool.map(halfLater, [1]);
  // @ts-expect-error: items that the task does not take
  pool.map(half, ["1"]);
  // @ts-expect-error: args are required where the task takes some
  new Thread(half);
  // @ts-expect-error: args of another type
  new Thread(half, { args: ["1"] });
  // @ts-expect-error: a result that is no boolean
  const truth: boolean = await new Thread(half, { args: [1] }).start().result;
  // @ts-expect-error: an item of another type
  new Queue<number>().put("1");
  // @ts-expect-error: items that are no strings
  const item: string = await new Queue<number>().get();
  // @ts-expect-error: a bigint in 32 bits
  new Value("i32", 1n);
  // @ts-expect-error: no such option
  new Lock().acquire({ timeOut: 1 });
  console.log(text, promises, truth, item);
}
