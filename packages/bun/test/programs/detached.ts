import { isMain, Thread, task } from "@heddle/bun";

export const reject = task(import.meta, function reject() {
  // Nobody waits for it, and it is the last thing that happens in its thread.
  setTimeout(() => Promise.reject(new RangeError("rejected")), 1);
});

export const throwLater = task(import.meta, async function throwLater() {
  setTimeout(() => {
    throw new RangeError("thrown");
  }, 1);
  await new Promise(() => {});
});

if (isMain(import.meta)) {
  const returned = new Thread(reject).start();
  console.log(await returned.result, await returned.join(), returned.exitCode);
  const thread = new Thread(throwLater).start();
  const { cause } = await thread.result.catch((error) => error);
  await thread.join();
  console.log(cause instanceof RangeError, cause.message, /detached\.ts:\d+/.test(cause.stack), thread.exitCode);
}
