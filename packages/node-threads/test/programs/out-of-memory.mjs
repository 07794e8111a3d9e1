import { isMain, Queue, SharedArray, Thread, task } from "@heddle/node-threads";

/** Runs out of memory in the critical section of the queue, after so many changes: by the third one it has the latch. */
export const exhaust = task(
  import.meta,
  /** @type {(queue: Queue<string>, started: SharedArray<"i32">, changes: number) => void} */
  (queue, started, changes) => {
    queue.putNowait("before");
    let left = changes;
    const count = () => {
      if (left === 0 || --left > 0) return;
      store(started.view, 0, 1);
      Atomics.notify(started.view, 0);
      for (const all = []; ; ) all.push(new Array(1000).fill({}));
    };
    const { compareExchange, store } = Atomics;
    Object.assign(Atomics, {
      /** @param {Parameters<typeof compareExchange>} args */
      compareExchange(...args) {
        const found = compareExchange(...args);
        count();
        return found;
      },
      /** @param {Parameters<typeof store>} args */
      store(...args) {
        const stored = store(...args);
        count();
        return stored;
      },
    });
    queue.putNowait("of the dead");
  },
  { name: "exhaust" },
);

if (isMain(import.meta)) {
  // Recording which latch it holds, taking it, committing, two words that change.
  for (const changes of [2, 3, 4, 5]) {
    /** @type {Queue<string>} */
    const queue = new Queue();
    const started = new SharedArray("i32", 1);
    const thread = new Thread(exhaust, {
      args: [queue, started, changes],
      resourceLimits: { maxOldGenerationSizeMb: 16 },
    }).start();
    // This worker's event loop, which would hear of the death, does not turn meanwhile.
    Atomics.wait(started.view, 0, 0);
    queue.putNowait("of the living");
    const items = [];
    while (!queue.isEmpty) items.push(queue.getNowait());
    console.log(
      changes,
      items.filter((item) => item !== "of the dead").join(", "),
      thread.isAlive ? "unheard of" : "heard of",
    );
    await thread.result.catch(({ code }) => console.log(code));
  }
}
