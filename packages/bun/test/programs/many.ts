import { inline, isMain, Thread } from "@heddle/bun";

/** Starts so many threads one after another, uses each, and prints the resident memory after a first tenth and at the end. */
const used = inline((n: number) => n + 1);

if (isMain(import.meta)) {
  const count = Number(process.argv[2]);
  const megabytes = (): number => {
    Bun.gc(true);
    return process.memoryUsage.rss() / 2 ** 20;
  };
  let warm = 0;
  for (let n = 0; n < count; n++) {
    if (n === Math.ceil(count / 10)) warm = megabytes();
    const thread = new Thread(used, { args: [n] }).start();
    if ((await thread.result) !== n + 1) throw new Error("A thread gave another result");
    await thread.join();
  }
  console.log(`${warm.toFixed(1)} MB, then ${megabytes().toFixed(1)} MB`);
}
