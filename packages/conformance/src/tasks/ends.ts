import type { Connection } from "@heddle/core";

/** Crashes, with an end of a pipe in its hands. */
export function endWith(_end: Connection): never {
  process.exit(3);
}

/** Does nothing with it. */
export function take(_end: Connection): void {}
