// @ts-check
/** Which of a program's processes the system knows to live: each holds a lock on its slot's byte of the region's file, in fcntl's way. */
import { readFileSync } from "node:fs";
import * as heddle from "heddle/processes";

const { isMain, task } = heddle;

export const live = task(
  import.meta,
  async function live(/** @type {heddle.Event} */ begun, /** @type {heddle.Event} */ end) {
    begun.set();
    await end.wait();
  },
);

/** The bytes that a process has locked. @param {number | undefined} pid */
const claimsOf = (pid) =>
  readFileSync("/proc/locks", "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, kind, , , holder, , first, last]) => kind === "POSIX" && holder === String(pid) && first === last)
    .map(([, , , , , , first]) => Number(first));

if (isMain(import.meta)) {
  const end = new heddle.Event();
  const begun = [0, 1, 2].map(() => new heddle.Event());
  const workers = begun.map((event) => new heddle.Process(live, { args: [event, end] }).start());
  await Promise.all(begun.map((event) => event.wait()));
  console.log(JSON.stringify([process.pid, ...workers.map(({ pid }) => pid)].map(claimsOf)));
  end.set();
  await Promise.all(workers.map((worker) => worker.join()));
  /** @type {{ gc?: () => void }} */ (globalThis).gc?.();
  console.log(JSON.stringify(claimsOf(process.pid)));
}
