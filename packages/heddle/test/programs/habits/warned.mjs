// @ts-check
/** What is hardly ever meant: the program goes on, and is warned, each time at its own line. */
const backend = process.env.HEDDLE_LOOM ?? "";
/** @type {typeof import("heddle")} */
const { inline, Lock, Pool, sleep, TaskGroup, Worker } = await import(backend);

const add = inline((/** @type {number} */ a, /** @type {number} */ b) => a + b);
const one = inline((/** @type {number} */ n) => n);
const fail = inline(() => {
  throw new Error("failed");
});
const count = inline(function* () {
  yield 1;
});

if (process.argv[2] === "used") {
  // The same as it should be: no warning.
  const pool = new Pool({ size: 1 });
  const [first] = [await pool.run(add, 1, 2), await pool.submit(add, [1, 2])];
  for await (const n of pool.imap(one, [1])) console.log(first, n);
  await pool.imap(one, [1]).return?.();
  for await (const n of pool.iterate(count)) console.log(n);
  await pool.map(
    inline((/** @type {number[]} */ [a = 0, b = 0]) => a + b),
    [[1, 2]],
  );
  // A task may read what look like options of its call.
  const late = inline((/** @type {number} */ n, { timeout = n } = {}) => timeout);
  await pool.run(late, 1, { timeout: 5000 });
  await new Worker(add, { args: [1, 2] }).start().join();
  const group = new TaskGroup(pool);
  group.run(fail);
  await group.wait().catch(() => {});
  // What is left of a time, such as that of a deadline.
  await sleep(0.4375);
  await new Lock().acquire({ timeout: 5 });
  await pool.close();
} else {
  /** @type {any} */
  const untyped = add;
  const pool = new Pool({ size: 1 });
  await pool.run(untyped, [1, 2]); // one array
  await pool.run(untyped, [3, 4]);
  await pool.run(/** @type {any} */ (one), 1, { timeout: 5000 }); // options
  await sleep(0.5); // seconds
  await new Lock().acquire({ timeout: 0.1 });
  new Worker(add, { args: [1, 2] }); // not started
  pool.imap(one, [1]); // not read
  pool.iterate(count); // not read either
  const group = new TaskGroup(pool);
  group.run(fail);
  await sleep(1);
  await pool.close();
}
console.log("went on");
