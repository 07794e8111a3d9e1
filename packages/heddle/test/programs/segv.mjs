// @ts-check
/** A process is killed by SIGSEGV, holding a lock: apart from the suite, as there are runtimes that survive that signal. */
import * as heddle from "heddle/processes";

const { isMain, task } = heddle;

export const hold = task(
  import.meta,
  /** @param {heddle.Lock} lock @param {heddle.Event} held */
  function hold(lock, held) {
    lock.acquireSync();
    held.set();
    for (;;) Math.sqrt(2);
  },
);

if (isMain(import.meta)) {
  const lock = new heddle.Lock();
  const held = new heddle.Event();
  const worker = new heddle.Process(hold, { args: [lock, held] }).start();
  await held.wait();
  process.kill(/** @type {number} */ (worker.pid), "SIGSEGV");
  const [ended, taken] = await Promise.allSettled([worker.result, worker.join().then(() => lock.acquire())]);
  for (const outcome of [ended, taken]) if (outcome.status === "rejected") console.log(outcome.reason.code);
  console.log(ended.status === "rejected" && ended.reason.signal, worker.exitCode, worker.isAlive);
}
