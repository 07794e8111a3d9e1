/** The types of tasks. */
import { inline, type Pool, type Task, task, tasksFrom } from "@heddle/node-threads";
import { same } from "./same.js";

const add = task(import.meta, function add(a: number, b = 2) {
  return a + b;
});
same<typeof add, Task<[a: number, b?: number], number>>(true);
const area = inline(({ width, height = 1 }: { width: number; height?: number }) => width * height);
same<ReturnType<typeof area>, number>(true);
const rest = task(import.meta, (first: string, ...others: number[]) => `${first}${others}`, { name: "rest" });
same<typeof rest, Task<[first: string, ...others: number[]], string>>(true);

const echo = task(import.meta, <T>(value: T): T => value, { name: "echo" });
const first = task(import.meta, function first<T extends { id: number }>(items: readonly T[]): T | undefined {
  return items[0];
});
const isText = task(import.meta, (value: unknown): value is string => typeof value === "string", { name: "isText" });

// error: Parameter 'a' implicitly has an 'any' type
const untyped = task(import.meta, (a) => a, { name: "untyped" });
// error: is not assignable to parameter of type 'CallableFunction'
task(import.meta, class Any {});

export async function calls(pool: Pool, given: unknown): Promise<void> {
  const one: number = add(1);
  const three: number = await pool.run(add, 1);
  same<number, ReturnType<typeof echo<number>>>(true);
  const five: 5 = echo(5 as const);
  const word: string = echo("word");
  const row = first([{ id: 1, name: "Ada" }]);
  row?.name.toUpperCase();
  if (isText(given)) given.toUpperCase();
  // A type argument says of what type a call of another worker is.
  const far: number = await pool.run(echo<number>, 5);
  const unsaid = await pool.run(echo, 5);
  same<typeof unsaid, unknown>(true);
  // error: is not assignable to parameter of type 'number'
  await pool.run(echo<number>, "5");
  // error: is not assignable to parameter of type 'number'
  await pool.run(add, 1, "2");
  const { basename } = tasksFrom<typeof import("node:path")>("node:path");
  const base: string = await pool.run(basename, "/a/b");
  void [one, three, five, word, far, base, untyped];
}
