import { batch, oneAtATime, warm } from "./pools.mjs";

/**
 * How the cost grows: with the size of a value, the number of workers, the number of tasks.
 *
 * @import { Row } from "./index.mjs"
 */

const contenders = ["threads/heddle", "threads/piscina", "threads/poolifier", "threads/bare"];
const powers = (least, most) => Array.from({ length: most - least + 1 }, (_, i) => 10 ** (least + i));
const inWords = (n) => n.toLocaleString("en-US");

/** @param {string} series @param {number} x @param {Row["measure"]} measure @returns {Row} */
const row = (series, x, measure) => ({ name: `${series}: ${inWords(x)}`, contenders, measure, point: { series, x } });

/** Enough to tell, and no more than some seconds. @param {number} bytes */
const timesFor = (bytes) => Math.max(3, Math.min(1000, Math.round(5e7 / bytes)));

/** @type {Row[]} */
export const rows = [
  ...powers(1, 8).map((bytes) => {
    const echo = (pool) => oneAtATime(pool, timesFor(bytes), "echo", [new Uint8Array(bytes).fill(7)]);
    return row("bytes there and back", bytes, warm(echo));
  }),
  ...[1, 2, 4, 8].map((workers) =>
    row(
      "workers, with tasks of 100 µs",
      workers,
      warm((pool) => batch(pool, 2000, "compute", () => [20_000]), workers),
    ),
  ),
  ...powers(0, 6).map((tasks) =>
    row(
      "small tasks in a batch",
      tasks,
      warm((pool) => batch(pool, tasks, "add", (i) => [i, 1])),
    ),
  ),
];
