import type { Value } from "@heddle/core";

let counter: Value<"i32"> | undefined;

/** Where this worker's runs of {@link count} are counted. */
export function countOn(value: Value<"i32"> | undefined): void {
  counter = value;
}

/** A barrier's action. */
export function count(): void {
  counter?.add(1);
}

export function fail(): never {
  throw new Error("the action failed");
}

/** Runs until somebody has set the counter to another number. */
export async function linger(): Promise<void> {
  const before = counter?.add(1) ?? 0;
  while (counter?.value === before + 1) await new Promise((resolve) => setImmediate(resolve));
}
