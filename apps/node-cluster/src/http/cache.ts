/** A cache that all workers share: any number of them read it at once, and a writer is alone. */
import { AbandonedError, type Guard, RWLock, SharedArray } from "@heddle/node-processes/cluster";

const SLOTS = 64;

const lock = RWLock.named("cache");
/** In each slot a key and its value; no key is 0. */
const slots = SharedArray.named("cache", "f64", 2 * SLOTS);

const placeOf = (key: number): number => 2 * (key % SLOTS);

export async function lookUp(key: number): Promise<number | undefined> {
  const place = placeOf(key);
  return holding(lock.holdRead(), () => (slots.view[place] === key ? slots.view[place + 1] : undefined));
}

export async function keep(key: number, value: number): Promise<void> {
  await holding(lock.holdWrite(), () => slots.view.set([key, value], placeOf(key)));
}

/** A cache may always miss: from when a worker dies writing until {@link clearIfHalfWritten}, nothing is found or kept. */
async function holding<T>(hold: Promise<Guard>, act: () => T): Promise<T | undefined> {
  try {
    using _ = await hold;
    return act();
  } catch (error) {
    if (error instanceof AbandonedError) return undefined;
    throw error;
  }
}

/** For one who has seen a worker die, which may have been writing. */
export function clearIfHalfWritten(): void {
  if (!lock.abandoned) return;
  slots.view.fill(0);
  lock.recover();
}
