/** A lock lets one process at a time into a critical section. Without it, updates are lost. */
import { Event, isMain, Lock, Process, Semaphore, SharedArray, sleep, task } from "@heddle/node-processes";

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

/** Reads, works for a moment, writes: meanwhile other processes have read the same number. */
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

async function countInFourProcesses(target: typeof countWithLock) {
  const counter = new SharedArray("i32", 1);
  const ready = new Semaphore(0);
  const go = new Event();
  const processes = Array.from({ length: 4 }, () => new Process(target, { args: [counter, ready, go] }).start());
  for (const _ of processes) await ready.acquire();
  go.set();
  for (const child of processes) await child.join();
  return `${counter.view[0]} of ${4 * ROUNDS}`;
}

if (isMain(import.meta)) {
  const processes = Array.from({ length: 4 }, () => new Process(synchronizedTask).start());
  for (const child of processes) await child.join();

  console.log(`Without the lock: ${await countInFourProcesses(countWithoutLock)}`);
  console.log(`With the lock: ${await countInFourProcesses(countWithLock)}`);
}
