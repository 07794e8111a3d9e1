import type { Lock, Queue, SharedArray, Surface, Value } from "@heddle/core";

export function addMany(whole: Value<"i32">, float: Value<"f64">, times: number): void {
  for (let i = 0; i < times; i++) {
    whole.add(1);
    float.add(0.5);
  }
}

/** Adds one, `times` over, in steps between which others could come; each second time blocking, if `isMixed`. */
export async function countUnderLock(
  lock: Lock,
  counter: SharedArray<"i32">,
  times: number,
  form: "sync" | "async" | "mixed",
): Promise<void> {
  for (let i = 0; i < times; i++) {
    if (form === "sync" || (form === "mixed" && i % 2 === 0)) lock.acquireSync();
    else await lock.acquire();
    const seen = counter.view[0] ?? 0;
    counter.view[0] = seen + 1;
    lock.release();
  }
}

/** Turns at a lock, as those who have them write them down while they hold it. */
export interface Turns {
  readonly lock: Lock;
  /** How many there were. */
  readonly count: Value<"i32">;
  /** The workers that had each of them. */
  readonly whose: SharedArray<"u8">;
  /** Whether all others were in line when it ended. */
  readonly allWaited: SharedArray<"u8">;
}

/** Every so many turns, the holder keeps it until all others are in line, on a machine however busy. */
const TURNS_TO_GATHER = 16;

/** Has one turn after another, among `others`, until as many were had as can be written down. */
export async function takeTurns(
  adapter: string,
  { lock, count, whose, allWaited }: Turns,
  me: number,
  others: number,
  isSync: boolean,
): Promise<void> {
  const { sleepSync, waiting }: Surface = await import(adapter);
  for (let isOver = false; !isOver; ) {
    if (isSync) lock.acquireSync();
    else await lock.acquire();
    const turn = count.value;
    isOver = turn === whose.length;
    if (!isOver) {
      count.value = turn + 1;
      whose.view[turn] = me;
      while (turn % TURNS_TO_GATHER === 0 && waiting(lock) < others) sleepSync(1);
      allWaited.view[turn] = waiting(lock) === others ? 1 : 0;
    }
    lock.release();
  }
}

export async function produce(queue: Queue<number>, first: number, count: number, isSync: boolean): Promise<void> {
  for (let i = first; i < first + count; i++) {
    if (isSync) queue.putSync(i);
    else await queue.put(i);
  }
}

/** Marks what it gets, until it gets -1. */
export async function consume(queue: Queue<number>, seen: SharedArray<"u8">, isSync: boolean): Promise<number> {
  for (let count = 0; ; count++) {
    const item = isSync ? queue.getSync() : await queue.get();
    if (item < 0) return count;
    Atomics.add(seen.view, item, 1);
  }
}

/** A generator of numbers from 0 to 1 that a seed decides (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Acquires in every way there is, giving up now and then; how often it held the lock. */
export async function acquireImpatiently(
  lock: Lock,
  counter: SharedArray<"i32">,
  times: number,
  seed: number,
): Promise<number> {
  const next = random(seed);
  let held = 0;
  for (let i = 0; i < times; i++) {
    if (!(await acquireSomehow(lock, next))) continue;
    held++;
    const seen = counter.view[0] ?? 0;
    counter.view[0] = seen + 1;
    lock.release();
  }
  return held;
}

async function acquireSomehow(lock: Lock, next: () => number): Promise<boolean> {
  const way = next();
  if (way < 0.25) return lock.acquireSync({ timeout: next() / 5 });
  if (way < 0.5) return lock.acquire({ timeout: next() * 2 });
  if (way < 0.6) return lock.tryAcquire();
  const controller = new AbortController();
  const acquiring = lock.acquire({ signal: controller.signal });
  if (next() < 0.5) queueMicrotask(() => controller.abort("enough"));
  else setImmediate(() => controller.abort("enough"));
  try {
    return await acquiring;
  } catch (error) {
    if (error !== "enough") throw error;
    return false;
  }
}
