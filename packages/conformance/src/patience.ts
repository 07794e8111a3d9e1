import assert from "node:assert/strict";

export const PATIENCE_MS = 10_000;

/** Lets the event loop turn once: what others have posted meanwhile arrives, and finalizers run. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Waits until `isSo`, letting the event loop turn in between. The one way to see that a worker has got as far as to wait for
 * something: there is no event for that. Fails, saying what it waited for, instead of hanging.
 */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    assert.ok(performance.now() < deadline, `${what}, but it did not come to that`);
    await turn();
  }
}
