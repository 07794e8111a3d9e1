// @ts-check
/**
 * Uses locks, queues and a pool with no descriptors left, in the program and in a process, and prints what comes of it. Nothing was
 * rung before that, so every bell is met for the first time.
 */
import { closeSync, openSync } from "node:fs";
import * as heddle from "heddle/processes";

const { isMain, task } = heddle;

/** Opens as many files as this process may. */
function openAll() {
  const opened = [];
  try {
    for (;;) opened.push(openSync("/dev/null", "r"));
  } catch {
    return opened;
  }
}

export const echo = task(
  import.meta,
  /** @type {(questions: heddle.Queue, answers: heddle.Queue) => Promise<void>} */
  async (questions, answers) => {
    for (let question = await questions.get(); question !== "end"; question = await questions.get()) {
      await answers.put(question);
    }
  },
);

export const echoWithoutDescriptors = task(
  import.meta,
  /** @type {(questions: heddle.Queue, answers: heddle.Queue, lock: heddle.Lock, ready: heddle.Event) => void} */
  (questions, answers, lock, ready) => {
    openAll();
    ready.set();
    for (let question = questions.getSync(); question !== "end"; question = questions.getSync()) {
      lock.acquireSync();
      answers.putSync(question);
      lock.release();
    }
  },
);

export const double = task(import.meta, /** @param {number} n */ (n) => 2 * n);

if (isMain(import.meta)) {
  /** @param {object} object */
  const untilWaiting = async (object) => {
    while (heddle.waiting(object) === 0) await new Promise((resolve) => setImmediate(resolve));
  };
  const [questions, others, answers] = [new heddle.Queue(), new heddle.Queue(), new heddle.Queue()];
  const [lock, ready] = [new heddle.Lock(), new heddle.Event()];
  const pool = new heddle.Pool({ size: 1 });
  await pool.run(double, 0);
  const workers = [
    new heddle.Process(echo, { args: [questions, answers] }).start(),
    new heddle.Process(echoWithoutDescriptors, { args: [others, answers, lock, ready] }).start(),
  ];
  while (!ready.isSet) await new Promise((resolve) => setTimeout(resolve, 1));
  await untilWaiting(questions);
  await untilWaiting(others);

  const opened = openAll();
  /** @type {unknown[]} */
  const said = [];
  questions.putSync("one");
  said.push(await answers.get());
  others.putSync("two");
  said.push(answers.getSync());
  lock.acquireSync();
  await others.put("three");
  await untilWaiting(lock);
  lock.release();
  said.push(await answers.get());
  said.push(await pool.run(double, 21));
  const failed = await Promise.resolve()
    .then(() => new heddle.Process(double, { args: [1] }).start().result)
    .catch((error) => error);
  const full = new heddle.Pool({ size: 1 });
  const alsoFailed = await full.run(double, 1).catch((error) => error);
  await full.close();

  for (const fd of opened) closeSync(fd);
  said.push(await new heddle.Process(double, { args: [50] }).start().result);
  for (const queue of [questions, others]) queue.putSync("end");
  for (const worker of workers) await worker.join();
  await pool.close();
  console.log(JSON.stringify(said));
  for (const error of [failed, alsoFailed]) {
    console.log(error instanceof heddle.HeddleError, `${error.code} ${error.message}`);
  }
}
