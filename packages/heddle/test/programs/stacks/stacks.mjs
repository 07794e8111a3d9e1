// Every kind of error that Heddle makes: where its stack begins. A line for each: the case, the error's code or name, and "first" if the
// first frame on its stack is the case's own function.
const backend = process.env.HEDDLE_LOOM ?? "";
/** @type {typeof import("@heddle/node-threads")} */
const heddle = await import(backend);
const { asCompleted, Barrier, BoundedSemaphore, Condition, Event, inline, Lock, pipe, Pool, PriorityQueue } = heddle;
const { Queue, registerClass, RLock, RWLock, Semaphore, SharedArray, sleep, task, TaskGroup, tasksFrom } = heddle;
const { setExceptHook, transfer, Value, wait, waiting, Worker } = heddle;

const echo = inline((/** @type {unknown} */ value) => value);
const never = inline(() => new Promise((resolve) => setTimeout(resolve, 1e6)));
const exit = inline(() => process.exit(3));
const exitHolding = inline((/** @type {import("@heddle/node-threads").Lock} */ lock) => {
  lock.acquireSync();
  process.exit(3);
});
const fail = inline((/** @type {unknown} */ value) => {
  throw new RangeError(`failed ${value}`);
});
const asked = { timeout: 1, grace: 10 };
const unsendable = { go() {} };
/** The values that programs give by mistake. @type {any} */
const mistake = { number: 4, text: "text", options: { sise: 2 }, no: false, nothing: undefined };
/** @type {any} */
const { misnamed } = tasksFrom("data:text/javascript,export function named() {}");

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
const broken = new Barrier(2);
broken.abort();
const disposed = new Lock();
disposed.dispose();
const abandoned = new Lock();
await new Worker(exitHolding, { args: [abandoned] }).start().result.catch(() => {});

/** @template T @param {T} value In Bun a function is not on the stack of what it calls last. */
const kept = (value) => value;

/** Guards that are not lost. @type {unknown[]} */
const guards = [];

/** @type {Record<string, () => unknown>} */
const cases = {
  // Values that cannot be sent.
  "run, SendError": () => kept(pool.run(echo, unsendable)),
  "submit, SendError": () => kept(pool.submit(echo, [unsendable])),
  "map, SendError": () => kept(pool.map(echo, [1, unsendable])),
  "imap, SendError": () => kept(pool.imap(echo, [unsendable]).next()),
  "put, SendError": () => kept(queue.put(unsendable)),
  "putNowait, SendError": () => kept(queue.putNowait(unsendable)),
  "send, SendError": () => kept(here.send(unsendable)),
  "start, SendError": () => kept(new Worker(echo, { args: [unsendable] }).start()),

  // Errors of tasks, and their ends.
  "run, a task's error": () => kept(pool.run(fail, 1)),
  "map, a task's error": () => kept(pool.map(fail, [1])),
  "map, a task's error in a chunk": () => kept(pool.map(fail, [1, 2, 3, 4], { chunkSize: 2 })),
  "imap, a task's error": () => kept(pool.imap(fail, [1]).next()),
  "imapUnordered, a task's error": () => kept(pool.imapUnordered(fail, [1]).next()),
  "iterate, a task's error": () => kept(pool.iterate(mistake.no || fail, 1).next()),
  "iterate, no values": () => kept(pool.iterate(mistake.no || echo, 1).next()),
  "result, a task's error": () => kept(new Worker(fail, { args: [1] }).start().result),
  "group, a task's error": () => kept(new TaskGroup(pool).run(fail, 1)),
  "run, a crash": () => kept(pool.run(exit)),
  "map, a crash": () => kept(pool.map(exit, [1])),
  "imap, a crash": () => kept(pool.imap(exit, [1]).next()),
  "result, a crash": () => kept(new Worker(exit).start().result),
  "result, terminated": () => {
    const worker = new Worker(never).start();
    worker.terminate();
    return kept(worker.result);
  },
  "run, no such task": () => kept(pool.run(misnamed)),

  // Time.
  "submit, a timeout": () => kept(pool.submit(never, [], asked)),
  "map, a timeout": () => kept(pool.map(never, [1], asked)),
  "imap, a timeout": () => kept(pool.imap(never, [1], asked).next()),
  "asCompleted, a timeout": () => {
    const future = pool.submit(never, []);
    const first = asCompleted([future], { timeout: 1 }).next();
    first.catch(() => future.cancel());
    return kept(first);
  },
  "hold, a timeout": () => kept(lock.hold({ timeout: 1 })),
  "hold, at once": () => kept(lock.hold({ timeout: 0 })),
  "holdSync, a timeout": () => kept(lock.holdSync({ timeout: 1 })),
  "run of a lock, a timeout": () => kept(lock.run(() => {}, { timeout: 1 })),
  "semaphore, a timeout": () => kept(new Semaphore(0).hold({ timeout: 1 })),
  "rwlock, a timeout": () => {
    const rwlock = new RWLock();
    guards.push(rwlock.holdWriteSync());
    return kept(rwlock.holdRead({ timeout: 1 }));
  },
  "get, a timeout": () => kept(new Queue().get({ timeout: 1 })),
  "getSync, a timeout": () => kept(new Queue().getSync({ timeout: 1 })),
  "put, a timeout": () => kept(queue.put(2, { timeout: 1 })),
  "recv, a timeout": () => kept(pipe()[0].recv({ timeout: 1 })),
  "barrier, a timeout": () => kept(new Barrier(2).wait({ timeout: 1 })),

  // Objects that are over.
  "run, closed": () => kept(closed.run(echo, 1)),
  "submit, closed": () => kept(closed.submit(echo, [1])),
  "map, closed": () => kept(closed.map(echo, [1])),
  "imap, closed": () => kept(closed.imap(echo, [1]).next()),
  "iterate, closed": () => kept(closed.iterate(mistake.no || echo, 1).next()),
  "run, terminated": () => {
    const ending = new Pool({ size: 1 });
    const run = ending.run(never);
    ending.terminate();
    return kept(run);
  },
  "group, cancelled": () => {
    const group = new TaskGroup(pool);
    group.cancel();
    return kept(group.run(echo, 1));
  },
  "get, shut down": () => kept(over.get()),
  "get, shut down meanwhile": () => {
    const shut = new Queue();
    const got = shut.get();
    shut.shutdown();
    return kept(got);
  },
  "put, shut down": () => kept(over.put(1)),
  "getNowait, empty": () => kept(new Queue().getNowait()),
  "putNowait, full": () => kept(queue.putNowait(1)),
  "recv, closed": () => kept(here.recv()),
  "send, closed": () => kept(here.send(1)),
  "barrier, broken": () => kept(broken.wait()),
  "barrier, broken meanwhile": () => {
    const barrier = new Barrier(2);
    const waits = barrier.wait();
    barrier.abort();
    return kept(waits);
  },
  "acquire, disposed": () => kept(disposed.acquire()),
  "acquire, abandoned": () => kept(abandoned.acquire()),
  "acquireSync, abandoned": () => kept(abandoned.acquireSync()),
  "SharedArray, no memory": () => kept(new SharedArray("f64", 2 ** 30)),

  // Cancelled.
  "submit, cancelled": () => {
    const future = pool.submit(never, []);
    future.cancel();
    return kept(future);
  },
  "group, cancels": () => {
    const group = new TaskGroup(pool);
    const run = group.run(never);
    group.cancel();
    return kept(run);
  },

  // Wrong states.
  "release, not held": () => kept(new Lock().release()),
  "release of an RLock, not held": () => kept(new RLock().release()),
  "release, more than there are": () => kept(new BoundedSemaphore(1).release()),
  "notify, without the lock": () => kept(new Condition().notify()),
  "wait of a condition, without the lock": () => kept(new Condition().wait()),
  "acquireSync, a deadlock": () => {
    const own = new RWLock();
    guards.push(own.holdReadSync());
    kept(own.holdWriteSync());
  },
  "start, twice": () => kept(new Worker(echo, { args: [1] }).start().start()),
  "join, not started": () => kept(new Worker(exit).join()),
  "result, not started": () => kept(new Worker(exit).result),
  "taskDone, too often": () => kept(new Queue().taskDone()),

  // Wrong use.
  "new Pool(4)": () => kept(new Pool(mistake.number)),
  "new Pool({ sise })": () => kept(new Pool(mistake.options)),
  "new Pool({ size: 0 })": () => kept(new Pool({ size: 0 })),
  "new Worker(fn)": () => kept(new Worker(mistake.no || (() => {}))),
  "run of a function": () => kept(pool.run(mistake.no || (() => {}))),
  "submit(task, 1)": () => kept(pool.submit(echo, mistake.number)),
  "submit, an option": () => kept(pool.submit(echo, [1], mistake.options)),
  "map(task)": () => kept(pool.map(echo, mistake.nothing)),
  "imap(task)": () => kept(pool.imap(echo, mistake.nothing)),
  "acquire(false)": () => kept(lock.acquire(mistake.no)),
  "acquireSync(false)": () => kept(lock.acquireSync(mistake.no)),
  "event.wait(100)": () => kept(new Event().wait(mistake.number)),
  "queue.get(true, 1)": () => kept(queue.get(mistake.number)),
  "hold, a negative timeout": () => kept(lock.hold({ timeout: -1 })),
  "sleep(text)": () => kept(sleep(mistake.text)),
  "new Queue(text)": () => kept(new Queue(mistake.text)),
  "new Value(text)": () => kept(new Value(mistake.text, 1)),
  "value = text": () => kept(new Value("i32", mistake.text)),
  "priority queue, text": () => kept(new PriorityQueue().put(1, mistake.text)),
  "Lock.named(4)": () => kept(Lock.named(mistake.number)),
  "task(fn)": () => kept(task(mistake.no || (() => {}), () => {})),
  "tasksFrom(4)": () => kept(tasksFrom(mistake.number)),
  "inline(4)": () => kept(inline(mistake.number)),
  "inline, a free variable": () => kept(inline(() => lock)),
  "transfer(4)": () => kept(transfer(mistake.number, [])),
  "registerClass(4)": () => kept(registerClass(mistake.number)),
  "wait(4)": () => kept(wait(mistake.number)),
  "waiting(4)": () => kept(waiting(mistake.number)),
  "setExceptHook(4)": () => kept(setExceptHook(mistake.number)),
  "new TaskGroup()": () => kept(new TaskGroup(mistake.nothing)),
  "run(lock)": () => kept(lock.run(mistake.number)),
};

const FRAME = /^\s*at |^\s*(?!.*Error)\S*@/;

for (const [name, act] of Object.entries(cases)) {
  /** @type {unknown} */
  let error;
  try {
    await act();
  } catch (thrown) {
    error = thrown;
  }
  const made = /** @type {Error & { code?: string }} */ (error ?? new Error("no error"));
  const frames = (made.stack ?? "")
    .split("\n")
    .filter((line) => FRAME.test(line) && !/data:text| {4}at ---/.test(line));
  // An error of the engine's own is of a case that is wrong itself.
  const isOurs = !/is not a function|undefined is not|Cannot read|no error/.test(made.message);
  const isFirst = isOurs && frames[0]?.includes("stacks.mjs") && frames[0].includes(` ${name} (`);
  console.log(`${name}: ${made.code ?? made.name} ${isFirst ? "first" : `NOT FIRST ${made.stack}`}`);
}

/** How many errors of calls in turn, more than get stacks of their own, name another caller than theirs, or none. */
let misled = 0;
/** @param {unknown} error @param {Function} caller */
function look(error, caller) {
  const { stack = "" } = /** @type {Error} */ (error);
  if (!stack.includes(` ${caller.name} (`) && !stack.includes("shortly after this call")) misled++;
}
async function one() {
  await pool.run(fail, 1).catch((error) => look(error, one));
}
async function other() {
  await pool.run(fail, 1).catch((error) => look(error, other));
}
await Promise.all(Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? one() : other())));
console.log(`misled: ${misled}`);

await pool.terminate();
const worker = new Worker(inline(() => process.sourceMapsEnabled)).start();
console.log(`source maps in a worker: ${await worker.result}`);
