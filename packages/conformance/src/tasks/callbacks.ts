import type { Callback, Connection, Event, Queue, Surface } from "@heddle/core";

type Call = Callback<unknown[], unknown>;

/** It awaits, so that it is on the stack of an error: engines may leave out a function that ends in a call. */
export async function call(to: Call, ...args: unknown[]): Promise<unknown> {
  const value = await to(...args);
  return value;
}

/** Calls and posts in turn, and awaits all at last. */
export async function callInTurn(to: Callback<[n: number], unknown>, count: number): Promise<void> {
  const calls: Promise<unknown>[] = [];
  for (let n = 0; n < count; n++) {
    if (n % 2 === 0) to.post(n);
    else calls.push(to(n));
  }
  await Promise.all(calls);
}

/** Posts, and ends at once. */
export function post(to: Call, ...args: unknown[]): void {
  to.post(...args);
}

/** Posts, and looks what that throws. */
export function postLate(to: Call): unknown {
  try {
    to.post();
    return undefined;
  } catch (error) {
    return error;
  }
}

export function passOn(to: Call, queue: Queue<Call>): Promise<void> {
  return queue.put(to);
}

export async function callFrom(queue: Queue<{ readonly to: Call }>, ...args: unknown[]): Promise<unknown> {
  const { to } = await queue.get();
  return to(...args);
}

/** Disposes of it while a call is under way: how that call ends, and later ones. */
export async function disposeOf(to: Call): Promise<readonly unknown[]> {
  const running = to("running");
  to.dispose();
  to[Symbol.dispose]();
  const errors = await Promise.allSettled([running, to("late")]);
  return [...errors.map((one) => (one.status === "rejected" ? one.reason : one.value)), postLate(to)];
}

/** Makes a callback that adds a number, and puts it into the queue; its target ends then. */
export async function offer(
  adapter: string,
  queue: Queue<Callback<[n: number], unknown>>,
  base: number,
): Promise<void> {
  const heddle: Surface = await import(adapter);
  await queue.put(heddle.callback((n: number) => base + n));
}

/** As {@link offer}, of one that never answers. */
export async function offerSilent(adapter: string, queue: Queue<Call>, called: Event): Promise<void> {
  const heddle: Surface = await import(adapter);
  await queue.put(
    heddle.callback(() => {
      called.set();
      return new Promise(() => {});
    }),
  );
  await called.wait();
  await new Promise(() => {});
}

/** Makes one for its task, and answers with what that says of itself. */
export async function makeForTask(adapter: string, queue: Queue<Callback<[], string>>, done: Event): Promise<void> {
  const heddle: Surface = await import(adapter);
  const { name } = heddle.current();
  await queue.put(heddle.callback(() => name));
  await done.wait();
}

/** Gives it back by a pipe's end, to the worker that made it. */
export async function giveBack(to: Call, end: Connection<readonly unknown[]>): Promise<void> {
  await end.send([to, { again: to }]);
}

/** Calls, and does not await what it gives: the worker ends when nothing is left to do. */
export function callAndForget(to: Call): void {
  void to("forgotten");
}
