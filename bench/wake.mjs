/**
 * How long it takes to wake a thread, and to be woken by it, after a pause of 5 ms, by Node's own means. The thread sleeps in
 * `Atomics.wait`, in `Atomics.waitAsync` or until a message comes; the main thread in one of the last two. Prints medians, in µs.
 *
 *     node wake.mjs [--times 150]
 */
import { setTimeout as pass } from "node:timers/promises";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

const now = () => performance.timeOrigin + performance.now();
/** Words that are rung, and when the thread has woken. */
const [BELL, ANSWER, WOKEN] = [0, 1, 1];

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] * 1000;

/** @param {string} to @param {string} back @param {number} times */
async function measure(to, back, times) {
  const memory = new SharedArrayBuffer(16);
  const words = new Int32Array(memory);
  const woken = new Float64Array(memory);
  const worker = new Worker(new URL(import.meta.url), { workerData: { memory, to, back } });
  const message = () => new Promise((resolve) => worker.once("message", resolve));
  await message();
  const found = { to: [], back: [], all: [] };
  for (let i = 0; i < times; i++) {
    await pass(5);
    const answered = back === "waitAsync" ? Atomics.waitAsync(words, ANSWER, words[ANSWER]).value : message();
    const begun = now();
    if (to === "message") worker.postMessage(0);
    else ring(words, BELL);
    await answered;
    const ended = now();
    found.to.push(woken[WOKEN] - begun);
    found.back.push(ended - woken[WOKEN]);
    found.all.push(ended - begun);
  }
  await worker.terminate();
  const [there, andBack, all] = [found.to, found.back, found.all].map((each) => median(each).toFixed(0));
  console.log(`${to}, answered by ${back}: ${there} there, ${andBack} back, ${all} in all`);
}

function ring(words, word) {
  Atomics.add(words, word, 1);
  Atomics.notify(words, word);
}

function serve({ memory, to, back }) {
  const words = new Int32Array(memory);
  const woken = new Float64Array(memory);
  let seen = 0;
  const answer = () => {
    woken[WOKEN] = now();
    if (back === "waitAsync") ring(words, ANSWER);
    else parentPort.postMessage(0);
  };
  const answerIfRung = () => {
    if (words[BELL] === seen) return;
    seen = words[BELL];
    answer();
  };
  const sleep = () => {
    for (;;) {
      answerIfRung();
      const { async, value } = Atomics.waitAsync(words, BELL, seen);
      if (async) return void value.then(sleep);
    }
  };
  parentPort.on("message", answer);
  parentPort.postMessage(0);
  if (to === "waitAsync") sleep();
  while (to === "wait") {
    Atomics.wait(words, BELL, seen);
    answerIfRung();
  }
}

if (isMainThread) {
  const { values } = parseArgs({ options: { times: { type: "string", default: "150" } } });
  for (const to of ["wait", "waitAsync", "message"]) {
    for (const back of ["waitAsync", "message"]) await measure(to, back, Number(values.times));
  }
} else serve(workerData);
