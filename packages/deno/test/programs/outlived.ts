import { Event, isMain, Thread, task } from "@heddle/deno";

export const finish = task(import.meta, async function finish(mainHasEnded: Event) {
  await mainHasEnded.wait();
  console.log("the thread has ended");
});

// The main worker's last statement is behind it when the thread is let go.
if (isMain(import.meta)) {
  const mainHasEnded = new Event();
  new Thread(finish, { args: [mainHasEnded] }).start();
  setImmediate(() => {
    console.log("the main worker has nothing left to do");
    mainHasEnded.set();
  });
}
