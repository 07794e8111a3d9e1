// A service that gets a signal from its terminal, or from another sender to its process group: it finishes its work, and ends.
import { Event, isMain, Pool, task, Worker } from "heddle/processes";

/** @typedef {import("heddle/processes").Event} Flag */

export const work = task(
  import.meta,
  /** @type {(started: Flag, go: Flag, n: number) => Promise<number>} */ (
    async function work(started, go, n) {
      started.set();
      await go.wait();
      return n;
    }
  ),
);

export const workBlocked = task(
  import.meta,
  /** @type {(started: Flag, go: Flag, n: number) => number} */ (
    function workBlocked(started, go, n) {
      started.set();
      go.waitSync();
      return n;
    }
  ),
);

if (isMain(import.meta)) {
  const pool = new Pool({ size: 2 });
  const [first, second, third, go] = [new Event(), new Event(), new Event(), new Event()];
  const worker = new Worker(work, { args: [first, go, 3] }).start();
  const runs = [pool.run(work, second, go, 1), pool.run(workBlocked, third, go, 2)];
  const interrupted = new Promise((resolve) => process.once(process.argv[2] ?? "", resolve));
  await Promise.all([first, second, third].map((event) => event.wait()));
  console.log("running");
  await interrupted;
  go.set();
  console.log(JSON.stringify([...(await Promise.all(runs)), await worker.result]));
  await pool.close();
  console.log("closed");
  process.once("exit", (code) => console.log("exit code", code));
}
