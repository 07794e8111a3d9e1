import { activeWorkers, Event, isMain, Lock, Thread, task } from "@heddle/deno";

export const wait = task(import.meta, async function wait(started: Event, lock: Lock) {
  await lock.acquire();
  started.set();
  await new Event().wait();
});

export const block = task(import.meta, function block(started: Event) {
  started.set();
  new Event().waitSync();
});

export const spin = task(import.meta, function spin(started: Event) {
  started.set();
  for (;;) Math.sqrt(2);
});

if (isMain(import.meta)) {
  const [waits, blocks, spins] = [new Event(), new Event(), new Event()];
  const daemon = true;
  new Thread(wait, { args: [waits, new Lock()], daemon }).start();
  new Thread(block, { args: [blocks], daemon }).start();
  new Thread(spin, { args: [spins], daemon }).start();
  for (const event of [waits, blocks, spins]) await event.wait();
  console.log("the main worker has ended", activeWorkers().length);
}
