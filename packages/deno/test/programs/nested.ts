import { isMain, Pool, sleep, task, Worker } from "@heddle/deno";

const TIMES = 60;

export const nothing = task(import.meta, () => {}, { name: "nothing" });

/** Starts workers of its own, and has them work. */
export const nest = task(
  import.meta,
  async () => {
    const pool = new Pool({ size: 2 });
    for (;;) await Promise.all([pool.run(nothing), pool.run(nothing)]);
  },
  { name: "nest" },
);

if (isMain(import.meta)) {
  for (let time = 0; time < TIMES; time++) {
    const worker = new Worker(nest).start();
    // Each is met at another step of its start. Whichever that is, it ends.
    await sleep(20 + ((time * 7) % 100));
    await worker.terminate();
  }
  console.log("all have ended");
}
