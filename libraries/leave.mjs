import { existsSync } from "node:fs";
import { setImmediate } from "node:timers/promises";

/**
 * Has tasks leave something to the end of their workers, in each way to end: `close`, `maxTasksPerWorker`, `idleTimeout`, and the end of
 * the program. For the last, a pool is left open. Before that, those with native work are terminated in the middle of it. Each `leave`
 * writes one line to its file, or to stdout: `close 7`, `program 7`.
 *
 *     node leave.mjs heddle/processes ./leaving/sharp.mjs 8 folder
 */
const [, , backend = "heddle", module = "", lines = "8", folder = "."] = process.argv;
const { Pool, task, tasksFrom, isMain } = await import(backend);
const CALLS = 8;
const library = await import(new URL(module, import.meta.url).href);

/** Calls `leave` some times in one task. */
export const leaveSome = task(
  import.meta,
  /** @param {string} way @param {number} from @param {number} count */
  function leaveSome(way, from, count) {
    for (let n = from; n < from + count; n++) library.leave(`${way} ${n}`, `${folder}/${way}`);
  },
);
const { finish } = tasksFrom(new URL(module, import.meta.url));
const finalizer = library.finish === undefined ? {} : { finalizer: finish };
const WAYS = {
  close: {},
  recycled: { maxTasksPerWorker: 2 },
  idle: { minSize: 0, idleTimeout: 0 },
  program: {},
};

/** Work that is to be under way in each of two workers when they are terminated. */
const MANY = 24;

if (isMain(import.meta)) {
  if (library.isNative) {
    const pool = new Pool({ size: 2 });
    await Promise.all([pool.run(leaveSome, "terminated", 0, MANY), pool.run(leaveSome, "terminated", MANY, MANY)]);
    // The first of it is done, so others are in the middle.
    while (!existsSync(`${folder}/terminated`)) await setImmediate();
    await pool.terminate();
  }
  const count = Number(lines) / CALLS;
  for (const [way, options] of Object.entries(WAYS)) {
    const pool = new Pool({ size: 2, ...options, ...finalizer });
    const calls = [];
    for (let call = 0; call < CALLS; call++) {
      const run = pool.run(leaveSome, way, call * count, count);
      if (way === "idle") await run;
      calls.push(run);
    }
    await Promise.all(calls);
    if (way !== "program") await pool.close();
  }
}
