// @ts-check
/** Nobody hears the error of a process: it is reported once, and the program goes on. */
import * as heddle from "heddle/processes";

const { isMain, task } = heddle;

export const fail = task(import.meta, function fail() {
  setTimeout(() => {
    throw new RangeError("nobody hears this");
  });
});

if (isMain(import.meta)) {
  const worker = new heddle.Process(fail, { name: "lonely" }).start();
  await worker.join();
  console.log("the program goes on", worker.exitCode);
}
