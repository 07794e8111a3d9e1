/** What the workers of `growth-rows.mjs` do. */
import { heddle } from "./heddle.mjs";

const { Lock, Value } = await heddle("threads");

/** Holds n locks, locked, and n values, until it is killed. */
export function holdMany(n, ready, never) {
  const held = Array.from({ length: n }, () => {
    const lock = new Lock();
    lock.acquireSync();
    return [lock, new Value("i32")];
  });
  ready.set();
  never.waitSync();
  return held.length;
}

/** Waits n times, until it is killed. */
export async function waitMany(n, lock, ready) {
  const waits = Array.from({ length: n }, () => lock.acquire());
  ready.set();
  await Promise.all(waits);
}

export const add = (a, b) => a + b;

export const waitFor = (event) => event.waitSync();
