// @ts-check
import { Session } from "node:inspector";

/** Of each step: the files that ran, and those on the stack where something was handed on. */
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

Error.stackTraceLimit = 100;
const OURS = /@heddle\/core\/src\/([^:]*)\.js/g;
/** @type {Set<string>} */
let handing = new Set();

function note() {
  const files = [...String(new Error().stack).matchAll(OURS)].map(([, file]) => `${file}.ts`);
  // Nothing waits here: the parking lot is on a stack only where it looks, too, as the bell has rung.
  if (files.includes("kernel/parking.ts")) return;
  if (files.some((file) => /^(pool|queue)\//.test(file))) for (const file of files) handing.add(file);
}

/**
 * @param {any} holder @param {string[]} names
 * @param {(given: unknown) => boolean} [counts]
 */
function noteCalls(holder, names, counts = () => true) {
  for (const name of names) {
    const original = holder[name];
    /** @this {unknown} @param {unknown[]} args */
    holder[name] = function noting(...args) {
      if (counts(this)) note();
      return Reflect.apply(original, this, args);
    };
  }
}

const isShared = (/** @type {unknown} */ view) => ArrayBuffer.isView(view) && view.buffer instanceof SharedArrayBuffer;
// To whoever reads shared memory, and to a later turn.
noteCalls(Atomics, ["add", "and", "compareExchange", "exchange", "notify", "or", "store", "sub"]);
noteCalls(Uint8Array.prototype, ["set"], isShared);
noteCalls(globalThis, ["queueMicrotask"]);
/** To the program. */
globalThis.Promise = class Noted extends Promise {
  /** @param {(resolve: (value: any) => void, reject: (error: unknown) => void) => void} start */
  constructor(start) {
    super((resolve, reject) =>
      start((value) => {
        note();
        resolve(value);
      }, reject),
    );
  }
};

post("Profiler.enable");
post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });

/** What has run in this thread since it was asked last. */
function step() {
  /** @type {{ result: { url: string, functions: { ranges: { count: number }[] }[] }[] }} */
  const { result } = post("Profiler.takePreciseCoverage");
  const files = result
    .filter(({ functions }) => functions.some(({ ranges }) => (ranges[0]?.count ?? 0) > 0))
    .flatMap(({ url }) => [...url.matchAll(OURS)].map(([, file]) => `${file}.ts`));
  const way = [...handing];
  handing = new Set();
  return { files, way };
}

const { createBackend } = await import("@heddle/core");
const { makeAdapter } = await import("@heddle/node-threads");
const { isMain, Pool, Queue, task } = createBackend({ ...makeAdapter(), url: import.meta.url });

/** Long enough that a pool and its worker sleep. */
const IDLE_MS = 100;
const idle = () => new Promise((resolve) => void setTimeout(resolve, IDLE_MS));

/** @type {ReturnType<typeof step>[]} */
const inWorker = [];

const measured = task(import.meta, function measured(/** @type {number} */ n) {
  note();
  inWorker[0] = step();
  // The pool has gone to sleep when the answer comes.
  const end = performance.now() + IDLE_MS;
  while (performance.now() < end);
  step();
  return n + 1;
});
const rest = task(import.meta, function rest() {
  // Once this call is answered.
  setTimeout(step, IDLE_MS / 2);
});
const look = task(import.meta, function look() {
  inWorker[1] = step();
});
const tell = task(import.meta, () => inWorker, { name: "tell" });

/** @param {() => unknown} act */
function during(act) {
  step();
  act();
  return step();
}

/** @param {ReturnType<typeof step>[]} steps */
const together = (...steps) => ({
  files: [...new Set(steps.flatMap(({ files }) => files))].sort(),
  way: [...new Set(steps.flatMap(({ way }) => way))].sort(),
});

if (isMain(import.meta)) {
  const queue = new Queue();
  for (let n = 0; n < 100; n++) queue.getSync(queue.putSync(n));
  const put = during(() => queue.put(1));
  const get = during(() => queue.get());

  const pool = new Pool({ size: 1 });
  for (let n = 0; n < 3; n++) await pool.run(measured, n);
  await pool.run(rest);
  await idle();
  step();
  const answer = pool.run(measured, 1);
  // The pool sends what was submitted in a microtask.
  await undefined;
  await undefined;
  const sent = step();
  await answer;
  const settled = step();
  await pool.run(look);
  const [received, answered] = await pool.run(tell);
  await pool.close();
  const paths = {
    "queue.put": together(put),
    "queue.get": together(get),
    "pool.run, in the pool": together(sent),
    "pool.run, in the worker": together(received),
    "its answer, in the worker": together(answered),
    "its answer, in the pool": together(settled),
  };
  console.log(JSON.stringify(paths));
}
