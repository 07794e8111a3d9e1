import { isMain, Queue, Thread, task, usage } from "@heddle/deno";

/** As many as it takes until allocators and caches have what they keep. */
const WARM_UP = 40;

export const use = task(import.meta, async function use(queue: Queue<number[]>, numbers: number[]) {
  await queue.put(numbers.map((n) => n + 1));
});

async function comeAndGo(workers: number): Promise<void> {
  for (let n = 0; n < workers; n++) {
    const queue = new Queue<number[]>();
    const thread = new Thread(use, { args: [queue, new Array(1000).fill(n)] }).start();
    if ((await queue.get())[999] !== n + 1) throw new Error("a wrong answer");
    await thread.join();
  }
}

async function measure() {
  for (let n = 0; n < 10; n++) {
    (globalThis as unknown as { gc(): void }).gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { bytes, objects } = usage();
  return { heap: Deno.memoryUsage().heapUsed, rss: Deno.memoryUsage().rss, bytes, objects };
}

if (isMain(import.meta)) {
  await comeAndGo(WARM_UP);
  const before = await measure();
  await comeAndGo(Number(Deno.args[0]));
  console.log(JSON.stringify([before, await measure()]));
}
