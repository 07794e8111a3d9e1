// Every kind of error that Heddle makes: where its stack begins. Each line is the name of an error's case, its code, and the first function on its stack.
const backend = process.env.HEDDLE_LOOM ?? "";
/** @type {typeof import("@heddle/node-threads")} */
const { asCompleted, inline, Lock, pipe, Pool, Queue, Worker } = await import(backend);

const echo = inline((/** @type {unknown} */ value) => value);
const never = inline(() => new Promise((resolve) => setTimeout(resolve, 1e6)));
const exit = inline(() => process.exit(3));
const fail = inline((/** @type {unknown} */ value) => {
  throw new RangeError(`failed ${value}`);
});
const unsendable = { go() {} };

const pool = new Pool({ size: 1 });
const closed = new Pool({ size: 1 });
await closed.close();
const lock = new Lock();
await lock.acquire();
const queue = new Queue(1);
await queue.put(1);
const over = new Queue();
over.shutdown();
const [here, there] = pipe();
there.close();

/** @type {Record<string, () => unknown>} */
const cases = {
  "run, what cannot be sent": () => pool.run(echo, unsendable),
  "submit, what cannot be sent": () => pool.submit(echo, [unsendable]),
  "map, what cannot be sent": () => pool.map(echo, [1, unsendable]),
  "imap, what cannot be sent": async () => {
    for await (const _ of pool.imap(echo, [unsendable]));
  },
  "put, what cannot be sent": () => queue.put(unsendable),
  "putNowait, what cannot be sent": () => queue.putNowait(unsendable),
  "send, what cannot be sent": () => here.send(unsendable),
  "start, what cannot be sent": () => new Worker(echo, { args: [unsendable] }).start(),
  "run, a task's error": () => pool.run(fail, 1),
  "map, a task's error": () => pool.map(fail, [1]),
  "map, a task's error in a chunk": () => pool.map(fail, [1, 2, 3, 4], { chunkSize: 2 }),
  "run, a crash": () => pool.run(exit),
  "map, a crash": () => pool.map(exit, [1]),
  "result, a crash": () => new Worker(exit).start().result,
  "submit, a timeout": () => pool.submit(never, [], { timeout: 1, grace: 10 }),
  "map, a timeout": () => pool.map(never, [1], { timeout: 1, grace: 10 }),
  "asCompleted, a timeout": async () => {
    const future = pool.submit(never, []);
    future.catch(() => {});
    try {
      for await (const _ of asCompleted([future], { timeout: 1 }));
    } finally {
      future.cancel();
    }
  },
  "hold, a timeout": () => lock.hold({ timeout: 1 }),
  "hold, at once": () => lock.hold({ timeout: 0 }),
  "holdSync, a timeout": () => lock.holdSync({ timeout: 1 }),
  "get, a timeout": () => new Queue().get({ timeout: 1 }),
  "put, a timeout": () => queue.put(2, { timeout: 1 }),
  "run, closed": () => closed.run(echo, 1),
  "submit, closed": () => closed.submit(echo, [1]),
  "map, closed": () => closed.map(echo, [1]),
  "get, shut down": () => over.get(),
  "put, shut down": () => over.put(1),
  "getNowait, empty": () => new Queue().getNowait(),
  "putNowait, full": () => queue.putNowait(1),
  "recv, closed": () => here.recv(),
  "release, not held": () => new Lock().release(),
  "submit, cancelled": () => {
    const future = pool.submit(never, []);
    future.cancel();
    return future;
  },
  "run, terminated": async () => {
    const ending = new Pool({ size: 1 });
    const run = ending.run(never);
    await ending.terminate();
    await run;
  },
};

for (const [name, act] of Object.entries(cases)) {
  const shown = await (async function callOfTheUser() {
    try {
      await act();
      return "no error";
    } catch (error) {
      const { name: type, code = type, stack = "" } = /** @type {Error & { code?: string }} */ (error);
      const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
      const local = frames.findIndex((line) => line.includes("stacks.mjs"));
      const before = frames.slice(0, Math.max(local, 0)).filter((line) => !/data:text|--- in worker/.test(line));
      return `${code} ${local === -1 ? `NOWHERE ${stack}` : before.length > 0 ? `AFTER ${before.join(" ")}` : "first"}`;
    }
  })();
  console.log(`${name}: ${shown}`);
}
await pool.terminate();
const worker = new Worker(inline(() => process.sourceMapsEnabled)).start();
console.log(`source maps in a worker: ${await worker.result}`);
