// @ts-check
/** Starts processes and ends them, by themselves and by force; exit code 3 if descriptors are left of that. */
import { readdirSync } from "node:fs";
import * as heddle from "@heddle/node-processes";

const { isMain, task } = heddle;

export const idle = task(import.meta, function idle() {});
export const wait = task(
  import.meta,
  /** @param {heddle.Event} never */
  function wait(never) {
    never.waitSync();
  },
);

const count = () => readdirSync("/proc/self/fd").length;

async function round() {
  const never = new heddle.Event();
  const ending = [1, 2, 3].map(() => new heddle.Process(idle).start());
  const staying = [1, 2, 3].map(() => new heddle.Process(wait, { args: [never] }).start());
  for (const process of staying) process.result.catch(() => {});
  for (const process of staying) await process.terminate();
  for (const process of ending) await process.join();
}

if (isMain(import.meta)) {
  // The first round opens what stays open: the doorbell, and the like.
  await round();
  const before = count();
  for (let n = 0; n < 3; n++) await round();
  process.exitCode = count() > before ? 3 : 0;
}
