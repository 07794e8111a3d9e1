import type { Event, Queue, SharedArray, Surface, Value } from "@heddle/core";

/** Says that it runs, goes on until it may end, and gives who it is and what it was given. */
export async function introduce(
  adapter: string,
  started: Event,
  go: Event,
  ...words: string[]
): Promise<{ name: string; id: number; words: string[] }> {
  const { current }: Surface = await import(adapter);
  started.set();
  await go.wait();
  const { name, id } = current();
  return { name, id, words };
}

/** Whether workers that are made here are daemons: unless told, and told either way. */
export async function daemonsMadeHere(adapter: string): Promise<boolean[]> {
  const { Worker, tasksFrom }: Surface = await import(adapter);
  const { nothing } = tasksFrom<{ nothing(): void }>(import.meta.url);
  return [{}, { daemon: true }, { daemon: false }].map((options) => new Worker(nothing, options).daemon);
}

export const nothing = (): void => {};

/** Puts its path, then has two workers do the same with paths below it, one after the other, until there are three levels. */
export async function growTree(adapter: string, found: Queue<string>, path: string): Promise<void> {
  const { Worker, tasksFrom }: Surface = await import(adapter);
  const here = tasksFrom<{ growTree: typeof growTree }>(import.meta.url);
  await found.put(path);
  if (path.length === 3) return;
  for (const branch of ["a", "b"]) {
    const worker = new Worker(here.growTree, { args: [adapter, found, path + branch] }).start();
    await worker.result;
    await worker.join();
  }
}

/** Starts a worker that goes on until it may end, and gives the names of those that it then sees as active. */
export async function activeBelow(adapter: string, started: Event, go: Event): Promise<string[]> {
  const { Worker, activeWorkers, tasksFrom }: Surface = await import(adapter);
  const { introduce: target } = tasksFrom<{ introduce: typeof introduce }>(import.meta.url);
  const worker = new Worker(target, { args: [adapter, started, go], name: "grandchild" }).start();
  const names = activeWorkers().map(({ name }) => name);
  await worker.join();
  return names;
}

let remembered: string | undefined;

/** The values of this module's variable, before and now. */
export function remember(what: string): (string | undefined)[] {
  const before = remembered;
  remembered = what;
  return [before, remembered];
}

/** Makes memory of its own, and keeps it until it may end. */
export async function keepArrays(adapter: string, count: number, made: Event, go: Event): Promise<number> {
  const { SharedArray: Shared }: Surface = await import(adapter);
  const arrays: SharedArray<"u8">[] = Array.from({ length: count }, () => new Shared("u8", 1000));
  made.set();
  await go.wait();
  return arrays.length;
}

export function startAndNeverSettle(started: Event): Promise<void> {
  started.set();
  return new Promise(() => {});
}

/** Leaves a timer behind that sets the event. */
export function setLater(done: Event, ms: number): string {
  setTimeout(() => done.set(), ms);
  return "left behind";
}

/** Leaves timers behind: one sets the first event once this has returned, another one the second after so many milliseconds more. */
export function setBothLater(first: Event, second: Event, ms: number): void {
  setTimeout(() => {
    first.set();
    setTimeout(() => second.set(), ms);
  }, 0);
}

/** Is busy until it may look up, and then waits for what never comes. */
export function spinUntil(turns: Value<"i32">, mayLookUp: Value<"i32">): Promise<void> {
  while (mayLookUp.value === 0) turns.add(1);
  return new Promise(() => {});
}
