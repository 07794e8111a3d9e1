import { inline, isMain, Thread } from "@heddle/bun";

const increment = inline((n: number) => n + 1);

/** Threads that make room for what every thread needs and the runtime keeps; those that come after them find it. */
const FIRST = 50;

async function useThreads(count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const thread = new Thread(increment, { args: [n] }).start();
    if ((await thread.result) !== n + 1) throw new Error("A thread gave another result");
    await thread.join();
  }
}

function residentMegabytes(): number {
  Bun.gc(true);
  return process.memoryUsage.rss() / 2 ** 20;
}

/** Uses so many threads, one after another, so often, and prints how much memory was resident before, between and after. */
if (isMain(import.meta)) {
  const [count, times] = process.argv.slice(2).map(Number);
  await useThreads(FIRST);
  const resident = [residentMegabytes()];
  for (let n = 0; n < (times ?? 1); n++) {
    await useThreads(count ?? 0);
    resident.push(residentMegabytes());
  }
  console.log(JSON.stringify(resident));
}
