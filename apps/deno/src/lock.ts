/** A lock lets one thread at a time into a critical section. Without it, updates are lost. */
import { Event, isMain, Lock, Semaphore, SharedArray, sleep, Thread, task } from "@heddle/deno";

const lock = Lock.named("demo");

export const synchronizedTask = task(import.meta, async function synchronizedTask() {
  await lock.acquire();
  try {
    console.log("Synchronized access");
    await sleep(50);
  } finally {
    lock.release();
  }
});

const ROUNDS = 250;

/** Reads, works for a moment, writes: meanwhile other threads have read the same number. */
async function increment(counter: SharedArray<"i32">) {
  const seen = counter.view[0] ?? 0;
  await sleep(0);
  counter.view[0] = seen + 1;
}

export const countWithoutLock = task(
  import.meta,
  async function countWithoutLock(counter: SharedArray<"i32">, ready: Semaphore, go: Event) {
    ready.release();
    await go.wait();
    for (let i = 0; i < ROUNDS; i++) await increment(counter);
  },
);

export const countWithLock = task(
  import.meta,
  async function countWithLock(counter: SharedArray<"i32">, ready: Semaphore, go: Event) {
    ready.release();
    await go.wait();
    for (let i = 0; i < ROUNDS; i++) await lock.run(() => increment(counter));
  },
);

async function countInFourThreads(target: typeof countWithLock) {
  const counter = new SharedArray("i32", 1);
  const ready = new Semaphore(0);
  const go = new Event();
  const threads = Array.from({ length: 4 }, () => new Thread(target, { args: [counter, ready, go] }).start());
  for (const _ of threads) await ready.acquire();
  go.set();
  for (const thread of threads) await thread.join();
  return `${counter.view[0]} of ${4 * ROUNDS}`;
}

if (isMain(import.meta)) {
  const threads = Array.from({ length: 4 }, () => new Thread(synchronizedTask).start());
  for (const thread of threads) await thread.join();

  console.log(`Without the lock: ${await countInFourThreads(countWithoutLock)}`);
  console.log(`With the lock: ${await countInFourThreads(countWithLock)}`);
}
