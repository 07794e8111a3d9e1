import type { MessagePort } from "node:worker_threads";
import type { Event, Lock, Queue, RLock, RWLock, Surface, Value } from "@heddle/core";

export const echo = (value: unknown): unknown => value;
export const echoLater = async (value: unknown): Promise<unknown> => value;
export const lengthOf = (value: { readonly length: number }): number => value.length;
export const setEvent = (event: Event): void => event.set();
export const echoAll = (...values: unknown[]): unknown[] => values;
export const add = (a: number, b: number): number => a + b;
export const putItem = (queue: Queue<number>, item: number): void => queue.putNowait(item);
export const half = async (n: number): Promise<number> => n / 2;
export const nothing = (): void => {};
export const notAFunction = 5;

export function fail(thrown: unknown): never {
  throw thrown;
}

export function failWith(message: string): never {
  throw Object.assign(new RangeError(message, { cause: new TypeError("inner") }), { detail: { n: 1n } });
}

export const failUnless = (n: number): number => {
  if (n < 0) throw new Error(`item ${n}`);
  return n;
};

export const exit = (code: number): never => process.exit(code);
export const never = (): Promise<void> => new Promise(() => {});
export const unsendable = (): (() => number) => () => 1;

/** Says that it runs, and then does so until it is let go. */
export async function runUntil(started: Event, go: Event): Promise<string> {
  started.set();
  await go.wait();
  return "done";
}

export async function runUntilSync(started: Event, go: Event): Promise<string> {
  started.set();
  go.waitSync();
  return "done";
}

/**
 * Blocks until `go` is set, and listens to the signals only then. Returns once each has come, as one that is still on its way when a
 * process ends by itself would end it.
 */
export async function runUntilHeard(signals: readonly string[], started: Event, go: Event): Promise<string> {
  started.set();
  go.waitSync();
  const alive = setInterval(() => {}, 60_000);
  await Promise.all(signals.map((signal) => new Promise((resolve) => void process.once(signal, resolve))));
  clearInterval(alive);
  return "done";
}

export const runEachUntil = ([started, go]: readonly [started: Event, go: Event]): Promise<string> =>
  runUntil(started, go);

/** Gives `value` once it is let go, without looking up from its work. */
export function giveOnce(started: Event, go: Event, value: unknown): unknown {
  started.set();
  go.waitSync();
  return value;
}

export function spin(started: Event): never {
  started.set();
  for (;;) Math.sqrt(2);
}

/** Has one lock while it blocks at another, once it may: by a guard, or so that anybody may release it. */
export async function lockBoth(
  first: Lock,
  second: Lock,
  held: Event,
  go: Event,
  releasedBy: "guard" | "itself" | "another" = "guard",
): Promise<string> {
  const guard = releasedBy === "guard" ? await first.hold() : undefined;
  if (guard === undefined) await first.acquire();
  held.set();
  go.waitSync();
  try {
    second.acquireSync();
    second.release();
    return "both";
  } finally {
    guard?.release();
    if (releasedBy === "itself") first.release();
  }
}

/** Reads, and blocks at a lock, once it may. */
export async function readAndLock(table: RWLock, lock: Lock, held: Event): Promise<string> {
  const guard = table.holdReadSync();
  held.set();
  try {
    lock.acquireSync();
    lock.release();
    return "both";
  } finally {
    guard.release();
  }
}

/** Reads until it is told to end. */
export async function readUntil(table: RWLock, held: Event, done: Event): Promise<void> {
  const guard = await table.holdRead();
  held.set();
  await done.wait();
  guard.release();
}

/** Holds the lock, and then writes. */
export async function lockAndWrite(table: RWLock, lock: RLock, held: Event, go: Event): Promise<void> {
  const guard = lock.holdSync();
  held.set();
  await go.wait();
  try {
    table.holdWriteSync().release();
  } finally {
    guard.release();
  }
}

/** Ends once so many wait at the lock, which it was given and does not use. */
export async function endWhenAwaited(adapter: string, lock: Lock): Promise<void> {
  const { waiting }: Surface = await import(adapter);
  while (waiting(lock) === 0) await new Promise<void>((resolve) => setImmediate(resolve));
}

export async function releaseWhenWaitedFor(adapter: string, lock: Lock): Promise<void> {
  const { waiting }: Surface = await import(adapter);
  while (waiting(lock) === 0) await new Promise<void>((resolve) => setImmediate(resolve));
  lock.release();
}

/** Uses a queue without a pause. */
export function putAndGet(queue: Queue<number>, started: Event): never {
  started.set();
  for (;;) {
    queue.putNowait(1);
    queue.getNowait();
  }
}

/** Settles, and fails once nobody waits for it any more. */
export function settleAndFail(): string {
  setTimeout(() => {
    throw new Error("too late");
  });
  return "settled";
}

/** Fails outside any task, in a later turn, which ends the worker. */
export async function failLater(error: unknown = new Error("later")): Promise<void> {
  setImmediate(() => {
    throw error;
  });
  await never();
}

export async function whoAmI(adapter: string) {
  const { current, isMain }: Surface = await import(adapter);
  const { name, id, pid, daemon, isMain: isMainWorker, kind } = current();
  return { name, id, pid, daemon, isMainWorker, kind, isEntry: isMain(import.meta) };
}

/** Waits for its own signal, and gives its reason. */
export async function untilCancelled(adapter: string, started: Event): Promise<unknown> {
  const { current, sleep }: Surface = await import(adapter);
  const { signal } = current();
  started.set();
  while (!signal.aborted) await sleep(1);
  return signal.reason;
}

/** Starts a worker of its own, and gives what that one gave. */
export async function delegate(adapter: string, n: number): Promise<unknown> {
  const heddle: Surface = await import(adapter);
  const { half: target } = heddle.tasksFrom<{ half(n: number): Promise<number> }>(import.meta.url);
  const worker = new heddle.Worker(target, { args: [n] }).start();
  await worker.join();
  return worker.result;
}

export async function mark(counter: Value<"i32">, n: number): Promise<number> {
  counter.add(1);
  return n;
}

export async function drain(queue: Queue<unknown>): Promise<unknown> {
  return queue.get();
}

export const environment = (name: string): string | undefined => process.env[name];

export const takesASet = (set: Set<number>): number => set.size;

/** Closes a port that was moved here; gives its class. */
export function closePort({ port }: { port: MessagePort }): string {
  port.close();
  return port.constructor.name;
}
