// @ts-check
/** Starts processes and ends them, by themselves and by force, three times; prints which descriptors each time has left. */
import { readdirSync, readlinkSync } from "node:fs";
import * as heddle from "heddle/processes";

const { isMain, task } = heddle;

export const idle = task(import.meta, function idle() {});
export const wait = task(
  import.meta,
  /** @param {heddle.Event} never */
  function wait(never) {
    never.waitSync();
  },
);

/** The kind of each descriptor: a pipe, a socket, memory. Files with a name are the runtime's: Deno opens its caches when it likes. */
function descriptors() {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const what = readlinkSync(`/proc/self/fd/${fd}`);
      return /^\/(?!memfd:|.* \(deleted\)$)/.test(what) ? [] : [`${fd} ${what}`];
    } catch {
      // The descriptor by which the folder was read.
      return [];
    }
  });
}

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
  const left = [];
  for (let n = 0; n < 2; n++) {
    const before = descriptors();
    await round();
    left.push(descriptors().filter((descriptor) => !before.includes(descriptor)));
  }
  console.log(JSON.stringify(left));
}
