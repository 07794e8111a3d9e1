// @ts-check
/**
 * Processes that SIGSTOP has stopped are not dead: nobody takes over what they hold, and they go on after SIGCONT.
 *
 *     node test/programs/stopped.mjs [times] [seconds] [seconds that a holder is stopped for]
 *
 * A process that holds a lock is stopped once; then one that uses a lock and a queue, `times` times, wherever it is.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as heddle from "heddle/processes";

const { isMain, task } = heddle;
const [times = "20", seconds = "0.05", secondsHeld = "1"] = process.argv.slice(2);

export const hold = task(
  import.meta,
  /** @param {heddle.Lock} lock @param {heddle.Event} held @param {heddle.Event} enough */
  async function hold(lock, held, enough) {
    await lock.acquire();
    held.set();
    await enough.wait();
    lock.release();
    return "released";
  },
);

export const put = task(
  import.meta,
  /** @param {heddle.Queue<number>} queue @param {heddle.Lock} lock @param {heddle.SharedArray<"i32">} counts @param {heddle.Event} enough */
  async function put(queue, lock, counts, enough) {
    let n = 0;
    for (; !enough.isSet; n++) {
      count(lock, counts);
      queue.putSync(n);
    }
    queue.putSync(-1);
    return n;
  },
);

/** @param {heddle.Lock} lock @param {heddle.SharedArray<"i32">} counts */
function count(lock, { view }) {
  lock.acquireSync();
  const [first = 0, second] = view;
  if (first !== second) throw new Error("somebody else is in the critical section");
  view[0] = first + 1;
  view[1] = first + 1;
  lock.release();
}

/**
 * Stops a process and has it go on, by a program that waits for nobody here.
 *
 * @param {heddle.Process<any, any>} stopped @param {string} times @param {string} seconds
 */
async function stop(stopped, times, seconds) {
  const script = "for n in $(seq $2); do kill -STOP $1; sleep $3; kill -CONT $1; sleep 0.02; done";
  const [code] = await once(spawn("/bin/sh", ["-c", script, "sh", String(stopped.pid), times, seconds]), "exit");
  return code;
}

if (isMain(import.meta)) {
  const lock = new heddle.Lock();
  const [held, enough] = [new heddle.Event(), new heddle.Event()];
  const holder = new heddle.Process(hold, { args: [lock, held, enough] }).start();
  await held.wait();
  const isOver = stop(holder, "1", secondsHeld);
  const waited = [];
  for (let left = (Number(secondsHeld) * 1000) / 100; left > 0; left--)
    waited.push(await lock.acquire({ timeout: 100 }));
  const code = await isOver;
  enough.set();
  await lock.acquire();
  lock.release();
  console.log(JSON.stringify([waited.includes(true), code, await holder.result]));

  /** @type {heddle.Queue<number>} */
  const queue = new heddle.Queue(16);
  const counts = new heddle.SharedArray("i32", 2);
  const done = new heddle.Event();
  const putter = new heddle.Process(put, { args: [queue, lock, counts, done] }).start();
  const end = stop(putter, times, seconds).finally(() => done.set());
  let items = 0;
  for (let item = queue.getSync(); item !== -1; item = queue.getSync()) {
    if (item !== items++) throw new Error(`${item} came after ${items - 2}`);
    count(lock, counts);
    if (items % 64 === 0) await new Promise(setImmediate);
  }
  console.log(JSON.stringify([await end, (await putter.result) - items, (counts.view[0] ?? 0) - 2 * items]));
}
