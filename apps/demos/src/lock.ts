/** A lock lets one worker at a time into a critical section. Without it, updates are lost. */
import { Barrier, isMain, Lock, SharedArray, sleep, task, Worker } from "#heddle";

const WORKERS = 4;
const ROUNDS = 100;
const lock = Lock.named("demo");

export const synchronizedTask = task(import.meta, async function synchronizedTask() {
  await lock.run(async () => {
    console.log("Synchronized access");
    await sleep(50);
  });
});

/** Reads, works for a moment, writes: meanwhile other workers have read the same number. */
async function increment(counter: SharedArray<"i32">) {
  const seen = counter.view[0] ?? 0;
  await sleep(0);
  counter.view[0] = seen + 1;
}

export const countWithoutLock = task(
  import.meta,
  async function countWithoutLock(counter: SharedArray<"i32">, start: Barrier) {
    await start.wait();
    for (let i = 0; i < ROUNDS; i++) await increment(counter);
  },
);

export const countWithLock = task(
  import.meta,
  async function countWithLock(counter: SharedArray<"i32">, start: Barrier) {
    await start.wait();
    for (let i = 0; i < ROUNDS; i++) await lock.run(() => increment(counter));
  },
);

async function count(target: typeof countWithLock) {
  const counter = new SharedArray("i32", 1);
  const start = new Barrier(WORKERS);
  const workers = Array.from({ length: WORKERS }, () => new Worker(target, { args: [counter, start] }).start());
  for (const worker of workers) await worker.join();
  return `${counter.view[0]} of ${WORKERS * ROUNDS}`;
}

if (isMain(import.meta)) {
  const workers = Array.from({ length: WORKERS }, () => new Worker(synchronizedTask).start());
  for (const worker of workers) await worker.join();

  console.log(`Without the lock: ${await count(countWithoutLock)}`);
  console.log(`With the lock: ${await count(countWithLock)}`);
}
