import type { Event, Lock, Surface, Value } from "@heddle/core";

/** Has a lock of its own to the end, which it does not choose. */
export function holdForEver(lock: Lock, held: Event): void {
  lock.acquireSync();
  held.set();
  for (;;) Math.sqrt(2);
}

/** Goes on until it is asked to end, and then takes its leave with an exit code of its own; unless it stays. */
export function awaitSignal(ready: Event, heard: Value<"i32">, exitCode: number | undefined): Promise<never> {
  process.on("SIGTERM", () => {
    heard.add(1);
    if (exitCode !== undefined) process.exit(exitCode);
  });
  ready.set();
  // A timer keeps its event loop alive.
  setInterval(() => {}, 1e6);
  return new Promise(() => {});
}

export const abort = (): never => process.abort();

/** Changes what belongs to a whole process. */
export function changeProcess(): string {
  process.chdir("/");
  process.env.HEDDLE_CHANGED = "yes";
  process.umask(0o077);
  return process.cwd();
}

/** Starts a worker that never ends by itself, and does the same. */
export async function beTwo(adapter: string, held: Event, lock: Lock): Promise<never> {
  const { Worker, tasksFrom }: Surface = await import(adapter);
  const { holdForEver: target } = tasksFrom<{ holdForEver: typeof holdForEver }>(import.meta.url);
  new Worker(target, { args: [lock, held] }).start();
  for (;;) await new Promise((resolve) => setImmediate(resolve));
}

/** Ends by that signal as soon as somebody waits for `lock`, which it holds. */
export async function dieOnceAwaited(adapter: string, lock: Lock, signal: string, held: Event): Promise<never> {
  const { waiting }: Surface = await import(adapter);
  await lock.acquire();
  held.set();
  while (waiting(lock) === 0) await new Promise((resolve) => setImmediate(resolve));
  process.kill(process.pid, signal);
  for (;;) Math.sqrt(2);
}
