import { isMain, Thread, task } from "@heddle/deno";

class Odd extends RangeError {
  readonly digits = 3;
}

export const rejectLater = task(import.meta, async function rejectLater() {
  setTimeout(() => Promise.reject(new Odd("at a later time")), 1);
  await new Promise(() => {});
});

export const throwLater = task(import.meta, async function throwLater() {
  setTimeout(() => {
    throw new Odd("at a later time");
  }, 1);
  await new Promise(() => {});
});

if (isMain(import.meta)) {
  for (const target of [rejectLater, throwLater]) {
    const thread = new Thread(target).start();
    const { cause } = await thread.result.catch((error) => error);
    await thread.join();
    console.log(cause instanceof RangeError, cause.message, /detached\.ts:\d+/.test(cause.stack), thread.exitCode);
  }
}
