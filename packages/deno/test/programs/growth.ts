/** How a program's memory grows while workers come and go. */

/** As many as it takes until allocators and caches have what they keep. */
const WARM_UP = 40;

/** Garbage is collected after so many: finalizers that wait for it all at once would leave a larger heap behind. */
const COLLECT_EVERY = 20;

export interface Memory {
  readonly heap: number;
  readonly resident: number;
}

const collectGarbage = (globalThis as unknown as { gc(): void }).gc;

async function comeAndGo(workers: number, useOne: (n: number) => Promise<void>): Promise<void> {
  for (let n = 1; n <= workers; n++) {
    await useOne(n);
    if (n % COLLECT_EVERY === 0) collectGarbage();
  }
}

async function measure(): Promise<Memory> {
  for (let n = 0; n < 10; n++) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, rss } = Deno.memoryUsage();
  return { heap: heapUsed, resident: rss };
}

/** Uses as many workers as the program is told to, one after another; prints what there was before and after, `more` at both. */
export async function printGrowth(useOne: (n: number) => Promise<void>, more = (): object => ({})): Promise<void> {
  await comeAndGo(WARM_UP, useOne);
  const before = { ...(await measure()), ...more() };
  await comeAndGo(Number(Deno.args[0]), useOne);
  console.log(JSON.stringify([before, { ...(await measure()), ...more() }]));
}
