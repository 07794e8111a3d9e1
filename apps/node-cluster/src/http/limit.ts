/** A limit that all workers keep together: so many calls of the upstream at once, from all of them. */
import { type Guard, RWLock, Semaphore } from "@heddle/node-processes/cluster";

export const LIMIT = 4;
const WAIT_LIMIT_MS = 100;

const permits = Semaphore.named("upstream", LIMIT);
/** Held for reading by a worker that has a permit, or waits for one: a lock gives a dead worker's reads back, a semaphore none. */
const callers = RWLock.named("upstream callers");

export async function withinLimit<T>(call: () => Promise<T>): Promise<T> {
  const caller = await enter();
  try {
    return await call();
  } finally {
    permits.release();
    caller.release();
  }
}

async function enter(): Promise<Guard> {
  for (;;) {
    const caller = await callers.holdRead();
    if (await permits.acquire({ timeout: WAIT_LIMIT_MS })) return caller;
    // All permits may have died with their holders. Then the worker that restores them must not have to wait for those that wait for them.
    caller.release();
  }
}

/** For one who has seen a worker die: as long as nobody calls, a permit that is not free has died with its holder. */
export async function restorePermits(): Promise<void> {
  using _ = await callers.holdWrite();
  const lost = LIMIT - permits.value;
  if (lost > 0) permits.release(lost);
}
