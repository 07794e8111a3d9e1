import type { Connection, Event, Queue, Surface, Value } from "@heddle/core";

let word = "";

/** Leaves something in its worker for later tasks. */
export function prepare(times: Value<"i32">, text: string): void {
  times.add(1);
  word = text;
}

export async function prepareLater(times: Value<"i32">, text: string): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  prepare(times, text);
}

/** Changes what it was given. */
export function prepareAndChange(times: Value<"i32">, words: string[]): void {
  prepare(times, words.join());
  words.push("of a worker");
}

export const prepared = (): string => word;

/** The first worker gets ready, the others do not. */
export async function prepareOnlyFirst(times: Value<"i32">): Promise<void> {
  if (times.add(1) > 0) throw new RangeError("one too many");
}

/** The first two workers do not get ready. */
export function prepareFromThird(times: Value<"i32">, text: string): void {
  if (times.add(1) < 2) throw new RangeError("not yet");
  word = text;
}

export const isSet = (event: Event): boolean => event.isSet;

export function note(notes: Queue<string>, text: string): void {
  notes.putNowait(text);
}

/** Waits for its own signal, and tells its reason. */
export async function tellReason(adapter: string, reasons: Queue<unknown>): Promise<void> {
  const { current }: Surface = await import(adapter);
  const { signal } = current();
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
  reasons.putNowait(signal.reason);
}

/** Keeps its worker busy for so long. */
export function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end) Math.sqrt(2);
}

/** Hands work to a pool of its own, and ends without waiting for it. */
export async function leaveWork(adapter: string, url: string, done: Value<"i32">, tasks: number): Promise<void> {
  const heddle: Surface = await import(adapter);
  const { mark } = heddle.tasksFrom<typeof import("./work.js")>(url);
  const pool = new heddle.Pool({ size: 1 });
  for (let i = 0; i < tasks; i++) void pool.run(mark, done, i);
  void pool.close();
}

/** Ends with a pool that is idle, and has a worker that would be kept for a day. */
export async function leaveIdlePool(adapter: string, url: string): Promise<string> {
  const heddle: Surface = await import(adapter);
  const { whoAmI } = heddle.tasksFrom<typeof import("./work.js")>(url);
  const pool = new heddle.Pool({ size: 2, minSize: 0, idleTimeout: 86_400_000 });
  return (await pool.run(whoAmI, adapter)).kind;
}

/** Fails so many times, and tells then how often it was called, and with what it was given. */
export function failFirst(times: Value<"i32">, failures: number, given?: unknown): readonly [number, unknown] {
  const before = times.add(1);
  if (before < failures) throw Object.assign(new RangeError(`failure ${before + 1}`), { cause: "its own" });
  return [before + 1, given];
}

/** As {@link failFirst}, for a map: the item that is given fails. */
export function failItemFirst([times, failures, item]: readonly [Value<"i32">, number, number]): number {
  failFirst(times, failures);
  return item;
}

/** Ends its worker the first time. */
export async function crashFirst(times: Value<"i32">, exit: boolean): Promise<number> {
  const before = times.add(1);
  if (before > 0) return before + 1;
  if (exit) process.exit(3);
  setTimeout(() => {
    throw new Error("left behind");
  }, 0);
  return new Promise(() => {});
}

/** Ends its worker the first time, and sends something the next. */
export function crashThenSend(times: Value<"i32">, pipe: Connection<string>): void {
  if (times.add(1) === 0) process.exit(3);
  pipe.send("sent");
}

/** Says that it runs, and fails when it is let go. */
export async function failWhenLetGo(started: Queue<number>, go: Event): Promise<never> {
  started.putNowait(1);
  await go.wait();
  throw new Error("let go");
}

/** Says that it runs, and ends its worker when it is let go. */
export async function exitWhenLetGo(started: Queue<number>, go: Event): Promise<never> {
  started.putNowait(1);
  await go.wait();
  process.exit(3);
}

export const power = (base: number, exponent: number): number => base ** exponent;
