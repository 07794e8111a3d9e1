/** A semaphore with two permits: of six workers, never more than two are inside at once. */
import { current, isMain, Semaphore, sleep, task, Value, Worker } from "#heddle";

export const enter = task(
  import.meta,
  async function enter(permits: Semaphore, inside: Value<"i32">, highest: Value<"i32">) {
    await permits.acquire();
    try {
      const now = inside.add(1) + 1;
      for (let seen = highest.value; seen < now; seen = highest.value) highest.compareExchange(seen, now);
      console.log(`${current().name} is inside, ${now} in all`);
      await sleep(300);
    } finally {
      inside.add(-1);
      permits.release();
    }
  },
);

if (isMain(import.meta)) {
  const permits = new Semaphore(2);
  const inside = new Value("i32", 0);
  const highest = new Value("i32", 0);

  const workers = Array.from({ length: 6 }, () => new Worker(enter, { args: [permits, inside, highest] }).start());
  for (const worker of workers) await worker.join();

  console.log(`Highest number inside at once: ${highest.value}`);
}
