// @ts-check
/** Starts processes of every kind, tells their pids, and waits to be killed: by itself if it is told how, in a busy loop. */
import { setTimeout as pass } from "node:timers/promises";
import * as heddle from "heddle/processes";

const { isMain, task } = heddle;

export const spin = task(
  import.meta,
  /**
   * Only once all are there: until then they would take each other's processor.
   *
   * @param {heddle.Queue<number>} pids
   * @param {heddle.Barrier} all
   */
  function spin(pids, all) {
    all.waitSync();
    pids.putSync(process.pid);
    for (;;) Math.sqrt(2);
  },
);

export const nest = task(
  import.meta,
  /**
   * @param {heddle.Queue<number>} pids
   * @param {heddle.Barrier} all
   */
  async function nest(pids, all) {
    await pids.put(process.pid);
    new heddle.Process(spin, { args: [pids, all] }).start();
    // Deaf to what asks it to end.
    process.on("SIGTERM", () => {});
    for (;;) await pass(1000);
  },
);

export const whoAmI = task(import.meta, function whoAmI() {
  return process.pid;
});

if (isMain(import.meta)) {
  /** @type {heddle.Queue<number>} */
  const pids = new heddle.Queue();
  const all = new heddle.Barrier(4);
  new heddle.Process(nest, { args: [pids, all] }).start();
  new heddle.Process(spin, { args: [pids, all] }).start();
  new heddle.Process(spin, { args: [pids, all], daemon: true }).start();
  const pool = new heddle.Pool({ size: 1 });
  const found = [process.pid, await pool.run(whoAmI)];
  await all.wait();
  for (let n = 0; n < 4; n++) found.push(await pids.get());
  console.log(JSON.stringify(found));
  const [signal] = process.argv.slice(2);
  if (signal !== undefined) process.kill(process.pid, signal);
  for (;;) Math.sqrt(2);
}
