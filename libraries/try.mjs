import assert from "node:assert/strict";
import { inspect } from "node:util";

/**
 * Runs the tasks of a module in a pool, and prints JSON: the result of `work`, and the error of `fail`. Beside it stand the differences of
 * that error from the one that `fail` throws here.
 *
 *     node try.mjs heddle/processes ./modules/zod.mjs
 */
const [, , backend = "heddle", module = ""] = process.argv;
const { Pool, tasksFrom } = await import(backend);
const url = new URL(module, import.meta.url);
const library = await import(url.href);
const { work, fail } = tasksFrom(url);

/** As one line. @param {unknown} value */
const line = (value) =>
  (typeof value === "string" ? value : inspect(value, { breakLength: Infinity, depth: 6 })).replaceAll(/\s+/g, " ");

/** The names of what an error has of its own and a copy can have. @type {(error: any) => string[]} */
const ownOf = (error) => Object.getOwnPropertyNames(error).filter((name) => typeof error[name] !== "function");

const pool = new Pool({ size: 2 });
try {
  const results = await Promise.all(Array.from({ length: 6 }, () => pool.run(work)));
  for (const result of results) assert.deepEqual(result, results[0]);
  const [arrived, direct] = await Promise.all(
    [pool.run(fail), (async () => library.fail())()].map((promise) =>
      promise.then(
        () => assert.fail("fail does not fail"),
        (/** @type {any} */ error) => error,
      ),
    ),
  );
  const lost = ownOf(direct).filter((name) => !(name in arrived));
  console.log(
    JSON.stringify({
      result: line(results[0]),
      error: line(String(arrived)),
      code: direct.code === arrived.code,
      lost,
    }),
  );
} finally {
  await pool.close();
}
