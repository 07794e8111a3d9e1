import { isMain, Thread, task } from "@heddle/deno";

export const fail = task(import.meta, function fail() {
  throw new RangeError("nobody hears this");
});

if (isMain(import.meta)) {
  await new Thread(fail, { name: "lonely" }).start().join();
  console.log("the program goes on");
}
