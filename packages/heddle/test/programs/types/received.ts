/** The types of values that arrive. */
import {
  type Future,
  inline,
  type Lock,
  type Pool,
  pipe,
  Queue,
  type Received,
  type Task,
  task,
} from "@heddle/node-threads";
import { same } from "./same.js";

class Money {
  readonly cents: number;
  constructor(cents: number) {
    this.cents = cents;
  }
  plus(other: Money): Money {
    return new Money(this.cents + other.cents);
  }
}

class Registered {
  readonly word: string = "";
  shout(): string {
    return `${this.word}!`;
  }
}
declare module "@heddle/node-threads" {
  interface RegisteredClasses {
    Registered: Registered;
  }
}

/** The compiler cannot tell an accessor from a property: what it says of this arrives in part. */
class Basket {
  readonly prices: number[] = [];
  get total(): number {
    return this.prices.reduce((sum, price) => sum + price, 0);
  }
}

class HttpError extends Error {
  readonly status: number = 500;
  isFatal(): boolean {
    return this.status >= 500;
  }
}

interface Row {
  id: number;
  tags: readonly string[];
  when?: Date;
  bytes: Uint8Array;
  parent: Row | undefined;
}
type Tree<T> = { value: T; children: Tree<T>[] };
type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

same<Received<Row>, Row>(true);
same<Received<Row[]>, Row[]>(true);
same<Received<Tree<number>>, Tree<number>>(true);
same<Received<Json>, Json>(true);
same<Received<[a: number, b?: string]>, [a: number, b?: string]>(true);
same<Received<Map<string, Set<Date>>>, Map<string, Set<Date>>>(true);
same<Received<string | undefined | 5n>, string | undefined | 5n>(true);
same<Received<string & { brand: "Id" }>, string & { brand: "Id" }>(true);
same<Received<unknown>, unknown>(true);
same<Received<never>, never>(true);
same<Received<object>, object>(true);
same<Received<void>, void>(true);
same<Received<Buffer | RegExp | ArrayBuffer | Blob>, Buffer | RegExp | ArrayBuffer | Blob>(true);
same<Received<Lock | Queue<Row>>, Lock | Queue<Row>>(true);
same<Received<Task<[number], string>>, Task<[number], string>>(true);
same<Received<Error>, Error>(true);
same<Received<Registered>, Registered>(true);
same<Received<{ items: readonly Registered[] }>, { items: readonly Registered[] }>(true);
same<Received<{ onDone?: () => void }>, { onDone?: () => void }>(true);

same<Received<Money>, { readonly cents: number }>(true);
same<Received<Basket>, { readonly prices: number[]; readonly total: number }>(true);
same<Received<Money[]>, { readonly cents: number }[]>(true);
same<Received<{ price: Money; n: number }>, { price: { readonly cents: number }; n: number }>(true);
same<Received<Map<string, Money>>, Map<string, { readonly cents: number }>>(true);
same<Received<Money | string>, { readonly cents: number } | string>(true);
same<Received<[Money, number]>, [{ readonly cents: number }, number]>(true);

const earn = task(import.meta, async (cents: number) => new Money(cents), { name: "earn" });
const fail = task(import.meta, () => new HttpError(), { name: "fail" });
const handler = task(import.meta, () => () => 5, { name: "handler" });
const each = task(import.meta, (text: string) => [...text], { name: "each" });
const monies = task(
  import.meta,
  function* () {
    yield new Money(1);
  },
  { name: "monies" },
);
// biome-ignore lint/suspicious/noExplicitAny: the type of JSON.parse.
const anything = task(import.meta, (json: string): any => JSON.parse(json), { name: "anything" });

export async function results(pool: Pool): Promise<void> {
  const money = await pool.run(earn, 5);
  same<typeof money, { readonly cents: number }>(true);
  // error: Property 'plus' does not exist
  money.plus(new Money(1));
  // error: is missing in type '{ readonly cents: number; }' but required in type 'Money'
  const whole: Money = await pool.run(earn, 5);
  const error = await pool.run(fail);
  const text: string = `${error.name} ${error.message} ${error.status}`;
  const asError: Error = error;
  // error: Property 'isFatal' does not exist
  error.isFatal();
  const got = await pool.run(handler);
  // error: a function cannot be sent to a worker
  got satisfies () => number;
  const future = pool.submit(earn, [5]);
  same<typeof future, Future<{ readonly cents: number }>>(true);
  same<Awaited<ReturnType<typeof pool.map<typeof each>>>, string[][]>(true);
  for await (const one of pool.iterate(monies)) same<typeof one, { readonly cents: number }>(true);
  const some = await pool.run(anything, "[]");
  some.whatever.there.is();
  void [whole, text, asError];
}

export async function items(): Promise<void> {
  const queue = new Queue<Money | Registered>();
  const [here] = pipe<Money[]>();
  same<Awaited<ReturnType<typeof queue.get>>, { readonly cents: number } | Registered>(true);
  for await (const one of here) same<typeof one, { readonly cents: number }[]>(true);
  const wide: Queue = new Queue<number>();
  const union: Queue<string | number> = new Queue<number>();
  // error: is not assignable to type 'Queue<string>'
  const other: Queue<string> = new Queue<number>();
  const numbers: AsyncIterable<number> = new Queue<number>();
  void [wide, union, other, numbers];
}

/** Generic code says what arrives, too. */
export async function twice<T>(pool: Pool, step: Task<[T], T>, value: T): Promise<Received<Awaited<T>>> {
  await pool.run(step, value);
  return pool.run(step, value);
}
export function wrapped<A extends readonly unknown[], R>(pool: Pool, step: Task<A, R>, ...args: A) {
  return pool.run(step, ...args);
}
export async function all<T, R>(pool: Pool, step: Task<[T], R>, values: readonly T[]) {
  const found = await pool.map(step, values);
  return found.length;
}
export class Box<T> {
  readonly #queue = new Queue<T>();
  async put(value: T): Promise<void> {
    await this.#queue.put(value);
    await this.#queue.put({ value } as T);
  }
  get(): Promise<Received<T>> {
    return this.#queue.get();
  }
}
export async function uses(pool: Pool): Promise<void> {
  const n: number = await twice(
    pool,
    inline((a: number) => a + 1),
    1,
  );
  const cents: number = (await wrapped(pool, earn, 5)).cents;
  void [n, cents];
}
