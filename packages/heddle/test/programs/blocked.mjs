// @ts-check
/** Its creator blocks in a join while a process prints more than any pipe holds, and returns more than that. */
import * as heddle from "heddle/processes";

const { isMain, task } = heddle;
const MEGABYTE = 2 ** 20;

export const say = task(import.meta, function say() {
  for (let n = 0; n < 4; n++) console.log("x".repeat(MEGABYTE));
  return "y".repeat(4 * MEGABYTE);
});

if (isMain(import.meta)) {
  const talker = new heddle.Process(say).start();
  talker.joinSync();
  console.log((await talker.result).length);
}
