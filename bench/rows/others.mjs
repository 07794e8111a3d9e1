/**
 * What is no call of a pool: maps, queues, locks, callbacks, starts of workers. The contenders of these rows measure themselves: `open(count)` gives
 * the time of an operation in µs.
 *
 * @import { Row } from "./index.mjs"
 */

/** @param {number} count of operations @returns {Row["measure"]} */
const timed = (count) => async (open) => {
  const { times, close = () => undefined } = await open(count);
  return { times, close };
};

/** @param {string} folder @param {readonly string[]} names */
const from = (folder, ...names) => names.map((name) => `${folder}/${name}`);

/** @type {Row[]} */
export const rows = [
  {
    name: "map over a million numbers",
    contenders: from("map", "heddle", "heddle-processes", "piscina", "python"),
    measure: timed(1_000_000),
  },
  {
    name: "small objects through a queue, from worker to worker",
    contenders: from("queue", "heddle", "port"),
    measure: timed(200_000),
  },
  {
    name: "an uncontended lock, acquired and released",
    contenders: from("lock", "heddle", "bare", "python"),
    measure: timed(1_000_000),
  },
  {
    name: "a function of the main worker, called from another one, one at a time",
    contenders: from("callback", "heddle", "heddle-processes", "comlink"),
    measure: timed(20_000),
  },
  { name: "start to join of a thread", contenders: from("start", "heddle", "bare"), measure: timed(12) },
  {
    name: "start to join of a process",
    contenders: from("start", "heddle-process", "bare-process"),
    measure: timed(6),
  },
];
