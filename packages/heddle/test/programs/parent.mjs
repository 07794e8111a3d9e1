// @ts-check
/** Starts processes of every kind, tells their pids, and waits to be killed: by itself if it is told how, in a busy loop. */
import { setTimeout as pass } from "node:timers/promises";
import * as heddle from "heddle/processes";

const { isMain, task } = heddle;

export const spin = task(
  import.meta,
  /** @param {heddle.Queue<number>} pids */
  function spin(pids) {
    pids.putSync(process.pid);
    for (;;) Math.sqrt(2);
  },
);

export const nest = task(
  import.meta,
  /** @param {heddle.Queue<number>} pids */
  async function nest(pids) {
    await pids.put(process.pid);
    new heddle.Process(spin, { args: [pids] }).start();
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
  new heddle.Process(spin, { args: [pids] }).start();
  new heddle.Process(spin, { args: [pids], daemon: true }).start();
  new heddle.Process(nest, { args: [pids] }).start();
  const pool = new heddle.Pool({ size: 1 });
  const all = [process.pid, await pool.run(whoAmI)];
  for (let n = 0; n < 4; n++) all.push(await pids.get());
  console.log(JSON.stringify(all));
  const [signal] = process.argv.slice(2);
  if (signal !== undefined) process.kill(process.pid, signal);
  for (;;) Math.sqrt(2);
}
