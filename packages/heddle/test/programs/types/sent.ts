/** Values that can be sent, and the compiler's messages about those that cannot. */
import type { KeyObject } from "node:crypto";
import type { Socket } from "node:net";
import {
  inline,
  type Lock,
  type Pool,
  Queue,
  type Received,
  type Task,
  TaskGroup,
  Thread,
  task,
  Value,
} from "@heddle/node-threads";

class Money {
  readonly cents: number = 0;
  plus(other: Money): number {
    return this.cents + other.cents;
  }
}
interface Options {
  size: number;
  onDone?: () => void;
}

const call = task(import.meta, (f: () => void) => f(), { name: "call" });
const callTask = task(import.meta, (f: Task<[], void>) => f(), { name: "callTask" });
const perhaps = task(import.meta, (f?: () => void) => f?.(), { name: "perhaps" });
const either = task(import.meta, (f: number | (() => void)) => f, { name: "either" });
const pay = task(import.meta, (money: Money) => money.plus(money), { name: "pay" });
const look = task(import.meta, (money: Received<Money>) => money.cents, { name: "look" });
const nested = task(import.meta, (order: { price: Money }) => order, { name: "nested" });
const listed = task(import.meta, (order: Money[]) => order, { name: "listed" });
const options = task(import.meta, (given: Options) => given.size, { name: "options" });
const sum = task(import.meta, (numbers: Iterable<number>) => [...numbers].length, { name: "sum" });
const handled = task(import.meta, (socket: Socket, key: KeyObject) => [socket, key], { name: "handled" });
const counted = task(import.meta, (count: { add(n: number): unknown }) => count.add(1), { name: "counted" });
const shared = task(import.meta, (given: { count: { add(n: number): unknown } }) => given, { name: "shared" });
const locked = task(import.meta, (lock: Lock, queue: Queue<number>) => [lock, queue], { name: "locked" });
const usesPool = task(import.meta, (other: Pool) => other.size, { name: "usesPool" });
const usesGroup = task(import.meta, (group: TaskGroup) => group.signal, { name: "usesGroup" });
const usesPromise = task(import.meta, (later: Promise<number>) => later, { name: "usesPromise" });
const usesWorker = task(import.meta, (worker: Thread) => worker.name, { name: "usesWorker" });
const usesSignal = task(import.meta, (signal: AbortSignal) => signal.aborted, { name: "usesSignal" });
const usesSymbol = task(import.meta, (key: symbol) => key, { name: "usesSymbol" });
// biome-ignore lint/suspicious/noExplicitAny: it is what this is about.
const whatever = task(import.meta, (value: any) => value, { name: "whatever" });
const unknowns = task(import.meta, (value: unknown) => value, { name: "unknowns" });

export async function sent(pool: Pool, lock: Lock, socket: Socket, key: KeyObject): Promise<void> {
  const nothing = inline(() => {});
  await pool.run(callTask, nothing);
  await pool.run(call, nothing);
  await pool.run(perhaps);
  await pool.run(perhaps, undefined);
  await pool.run(either, 1);
  await pool.run(look, new Money());
  await pool.run(options, { size: 1 });
  await pool.run(sum, [1, 2]);
  await pool.run(sum, new Set([1]));
  await pool.run(locked, lock, new Queue<number>());
  // An object of Heddle's arrives as itself, even if the parameter's type asks for a part of it.
  await pool.run(counted, new Value("i32"));
  await pool.run(shared, { count: new Value("i32") });
  const numbers: readonly [Lock, Queue<number>] = [lock, new Queue<number>()];
  await pool.submit(locked, numbers);
  await pool.run(handled, socket, key);
  await pool.run(whatever, lock);
  await pool.run(unknowns, { a: [new Map()] });
  await pool.map(look, [new Money()]);
  await pool.map(sum, [[1], [2]]);

  // error: a function cannot be sent to a worker: make it a task, by task(import.meta, fn), or send the data it needs
  pool.run(call, () => {});
  // error: a function cannot be sent to a worker
  pool.run(perhaps, () => {});
  // error: a function cannot be sent to a worker
  pool.run(either, () => {});
  // error: a function cannot be sent to a worker
  pool.submit(call, [() => {}]);
  // error: a function cannot be sent to a worker
  pool.map(call, [() => {}]);
  // error: a function cannot be sent to a worker
  new Thread(call, { args: [() => {}] });
  // error: a function cannot be sent to a worker
  new TaskGroup(pool).run(call, () => {});
  // error: a function cannot be sent to a worker
  new Queue<() => void>().put(() => {});
  // error: RefusedFor<"plus", "functions and methods do not arrive: take Received<…> as the parameter's type
  pool.run(pay, new Money());
  // error: RefusedFor<"plus", "functions and methods do not arrive
  pool.run(nested, { price: new Money() });
  // error: RefusedFor<"plus", "functions and methods do not arrive
  pool.run(listed, [new Money()]);
  // error: a Pool, TaskGroup or Worker cannot be sent: it belongs to the worker that made it
  pool.run(usesPool, pool);
  // error: a Pool, TaskGroup or Worker cannot be sent
  pool.run(usesGroup, new TaskGroup(pool));
  // error: a Pool, TaskGroup or Worker cannot be sent
  pool.run(usesWorker, new Thread(nothing));
  // error: a promise or Future cannot be sent: await it, and send what it gives
  pool.run(usesPromise, Promise.resolve(1));
  // error: a signal cannot be sent: give it as an option, and use current().signal in the task
  pool.run(usesSignal, new AbortController().signal);
  // error: a symbol cannot be sent: send a string
  pool.run(usesSymbol, Symbol("key"));
}
