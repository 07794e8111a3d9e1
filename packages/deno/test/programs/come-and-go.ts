import { isMain, Queue, Thread, task, usage } from "@heddle/deno";
import { printGrowth } from "./growth.ts";

export const use = task(import.meta, async function use(queue: Queue<number[]>, numbers: number[]) {
  await queue.put(numbers.map((n) => n + 1));
});

if (isMain(import.meta)) {
  const useOne = async (n: number): Promise<void> => {
    const queue = new Queue<number[]>();
    const thread = new Thread(use, { args: [queue, new Array(1000).fill(n)] }).start();
    if ((await queue.get())[999] !== n + 1) throw new Error("a wrong answer");
    await thread.join();
  };
  await printGrowth(useOne, () => {
    const { bytes, objects } = usage();
    return { bytes, objects };
  });
}
