// @ts-check
import { Session } from "node:inspector";
import { createBackend } from "@heddle/core";
import { makeAdapter } from "@heddle/node-threads";

const { isMain, Pool, Queue, task } = createBackend({ ...makeAdapter(), url: import.meta.url });

const session = new Session();
session.connect();

/**
 * Commands to one's own thread are carried out at once.
 *
 * @param {string} method @param {object} [params]
 */
function post(method, params) {
  /** @type {any} */
  let given;
  session.post(method, params, (error, result) => {
    if (error !== null) throw error;
    given = result;
  });
  return given;
}

const OURS = /@heddle\/core\/src\/(.*)\.js$/;

/** The files of core that have run in this thread since it was asked last. */
function filesRun() {
  /** @type {{ result: { url: string, functions: { ranges: { count: number }[] }[] }[] }} */
  const { result } = post("Profiler.takePreciseCoverage");
  return result
    .filter(({ functions }) => functions.some(({ ranges }) => (ranges[0]?.count ?? 0) > 0))
    .flatMap(({ url }) => OURS.exec(url)?.[1] ?? [])
    .map((file) => `${file}.ts`);
}

post("Profiler.enable");
post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });

/** Long enough that the pool and its worker sleep. */
const IDLE_MS = 100;

/** @type {string[]} */
let beforeTask = [];

const measured = task(import.meta, function measured(/** @type {number} */ n) {
  beforeTask = filesRun();
  // The pool has gone to sleep when the answer comes.
  const end = performance.now() + IDLE_MS;
  while (performance.now() < end);
  filesRun();
  return n + 1;
});

/** The modules that have run up to the task, and after it. */
const runInWorker = task(import.meta, function runInWorker() {
  return [beforeTask, afterTask];
});

/** @type {string[]} */
let afterTask = [];

const clear = task(import.meta, function clear() {
  // Once this call is answered.
  setTimeout(filesRun, IDLE_MS / 2);
});

const note = task(import.meta, function note() {
  afterTask = filesRun();
});

const idle = () => new Promise((resolve) => setTimeout(resolve, IDLE_MS));

/** @param {(() => void)} act */
function during(act) {
  filesRun();
  act();
  return filesRun();
}

if (isMain(import.meta)) {
  const queue = new Queue();
  for (let n = 0; n < 100; n++) queue.getSync(queue.putSync(n));
  const put = during(() => void queue.put(1));
  const get = during(() => void queue.get());

  const pool = new Pool({ size: 1 });
  for (let n = 0; n < 3; n++) await pool.run(measured, n);
  await pool.run(clear);
  await idle();
  filesRun();
  const answer = pool.run(measured, 1);
  // The pool sends what was submitted in a microtask.
  await undefined;
  await undefined;
  const sent = filesRun();
  await answer;
  const received = filesRun();
  await pool.run(note);
  const [before, after] = await pool.run(runInWorker);
  await pool.close();
  const sorted = (/** @type {string[][]} */ ...lists) => [...new Set(lists.flat())].sort();
  const paths = {
    "queue.put": sorted(put),
    "queue.get": sorted(get),
    "pool.run, in the pool": sorted(sent),
    "pool.run, in the worker": sorted(before),
    "its answer, in the worker": sorted(after),
    "its answer, in the pool": sorted(received),
  };
  console.log(JSON.stringify(paths));
}
