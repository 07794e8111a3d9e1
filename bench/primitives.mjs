/** Locks and queues between threads, to see when a change makes them slower. Figures of one machine, not to be compared. */
import { Event, isMain, Lock, Queue, Thread, task } from "@heddle/node-threads";
import Table from "cli-table3";

const PAIRS = 200_000;
const ITEMS = 50_000;

export const lockPairs = task(import.meta, async function lockPairs(lock, go, isSync) {
  await go.wait();
  for (let i = 0; i < PAIRS; i++) {
    if (isSync) lock.acquireSync();
    else await lock.acquire();
    lock.release();
  }
});

export const produce = task(import.meta, async function produce(queue, isSync) {
  for (let i = 0; i < ITEMS; i++) {
    if (isSync) queue.putSync(i);
    else await queue.put(i);
  }
});

async function contended(threads, isSync) {
  const lock = new Lock();
  const go = new Event();
  const workers = Array.from({ length: threads }, () => new Thread(lockPairs, { args: [lock, go, isSync] }).start());
  go.set();
  const start = performance.now();
  for (const worker of workers) await worker.join();
  return (threads * PAIRS) / ((performance.now() - start) / 1000);
}

function uncontended() {
  const lock = new Lock();
  const start = performance.now();
  for (let i = 0; i < PAIRS * 10; i++) {
    lock.acquireSync();
    lock.release();
  }
  return (PAIRS * 10) / ((performance.now() - start) / 1000);
}

async function throughQueue(isSync) {
  const queue = new Queue(1000);
  const producer = new Thread(produce, { args: [queue, isSync] }).start();
  await queue.get();
  const start = performance.now();
  for (let i = 1; i < ITEMS; i++) isSync ? queue.getSync() : await queue.get();
  const rate = ITEMS / ((performance.now() - start) / 1000);
  await producer.join();
  return rate;
}

if (isMain(import.meta)) {
  const table = new Table({ head: ["primitive", "per second"], style: { head: [], border: [] } });
  const row = (name, rate) => table.push([name, { content: Math.round(rate).toLocaleString("en"), hAlign: "right" }]);
  uncontended();
  row("Lock, uncontended acquireSync and release", uncontended());
  row("Lock, two threads, blocking (start of the threads included)", await contended(2, true));
  row("Lock, two threads, async (start of the threads included)", await contended(2, false));
  row("Queue of 1000, thread to main, blocking", await throughQueue(true));
  row("Queue of 1000, thread to main, async", await throughQueue(false));
  console.log(table.toString());
}
