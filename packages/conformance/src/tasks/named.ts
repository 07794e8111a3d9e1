import type { Surface } from "@heddle/core";

/** Adds to a named value under a named lock; the worker that comes first makes them. */
export async function addToNamed(adapter: string, name: string, times: number): Promise<void> {
  const { Lock, Value }: Surface = await import(adapter);
  const lock = Lock.named(name);
  const value = Value.named(name, "i32", 0);
  for (let i = 0; i < times; i++) {
    await lock.acquire();
    const seen = value.value;
    value.value = seen + 1;
    lock.release();
  }
}
