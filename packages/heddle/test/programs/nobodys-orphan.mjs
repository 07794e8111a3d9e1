// @ts-check
/** As root: starts a process that becomes somebody else and is busy then. Prints the ids of both, and stays. */
import process from "node:process";
import * as heddle from "heddle/processes";

const { isMain, task } = heddle;

export const spin = task(
  import.meta,
  /** @param {heddle.Event} ready */
  (ready) => {
    process.setgid?.(65534);
    process.setuid?.(65534);
    ready.set();
    for (;;);
  },
);

if (isMain(import.meta)) {
  const ready = new heddle.Event();
  const worker = new heddle.Process(spin, { args: [ready] }).start();
  await ready.wait();
  console.log(JSON.stringify([process.pid, worker.pid]));
}
