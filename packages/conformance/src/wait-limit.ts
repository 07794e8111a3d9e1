import assert from "node:assert/strict";

export const WAIT_LIMIT_MS = 10_000;

/** Lets the event loop turn once: messages that others have posted meanwhile arrive, and finalizers run. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Lets the event loop come to rest. One that never does looks for events from outside, such as the end of a process, only now and then.
 * Deno's does after 61 turns, which is seconds if garbage is collected in each.
 */
export const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

/**
 * Waits until `isSo`, letting the event loop turn in between. The one way to see that a worker has got as far as to wait for
 * something: there is no event for that. Fails, saying what it waited for, instead of hanging.
 */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + WAIT_LIMIT_MS;
  while (!isSo()) {
    assert.ok(performance.now() < deadline, `${what}, but it did not come to that`);
    await turn();
  }
}
