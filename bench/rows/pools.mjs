import { setTimeout as pass } from "node:timers/promises";
import { objects } from "../objects.mjs";

/**
 * What a pool of two is asked to do. A row's `measure` gives the time of each operation in µs, or of all on average.
 *
 * @import { Row } from "./index.mjs"
 * @typedef {{ run: (task: string, args: readonly unknown[]) => Promise<unknown>, close: () => Promise<unknown> }} Pool
 */

const SIZE = 2;
const MB = 1 << 20;

const threads = [
  "heddle",
  "piscina",
  "piscina-best",
  "tinypool",
  "workerpool",
  "poolifier",
  "poolifier-best",
  "comlink",
  "bare",
].map((name) => `threads/${name}`);
const processes = ["heddle", "tinypool", "workerpool", "poolifier"].map((name) => `processes/${name}`);

/** @param {Pool} pool @param {number} count @param {string} task @param {(i: number) => unknown[]} argsOf */
export async function batch(pool, count, task, argsOf) {
  const start = performance.now();
  await Promise.all(Array.from({ length: count }, (_, i) => pool.run(task, argsOf(i))));
  return [((performance.now() - start) * 1000) / count];
}

/** @param {Pool} pool @param {number} count @param {string} task @param {readonly unknown[]} args @param {number} [pause] in ms, before each */
export async function oneAtATime(pool, count, task, args, pause) {
  const times = [];
  for (let i = 0; i < count; i++) {
    if (pause !== undefined) await pass(pause);
    const start = performance.now();
    await pool.run(task, args);
    times.push((performance.now() - start) * 1000);
  }
  return times;
}

/**
 * New workers have everything to compile: a pool is used for longer than that.
 *
 * @param {(pool: Pool) => Promise<number[]>} use
 * @param {number} [size]
 * @returns {Row["measure"]}
 */
export const warm =
  (use, size = SIZE) =>
  async (open) => {
    const pool = open(size);
    await use(pool);
    const times = await use(pool);
    return { times, close: () => pool.close() };
  };

/** One that takes long, among many that do not. @param {Pool} pool */
async function besideLong(pool) {
  const long = pool.run("compute", [60_000_000]);
  let isBusy = true;
  long.then(() => (isBusy = false));
  const times = [];
  while (isBusy) times.push(...(await oneAtATime(pool, 1, "add", [1, 2])));
  return times;
}

/** The caller computes as long as the tasks would take: by then they should be done. @param {Pool} pool */
async function busyCaller(pool) {
  const start = performance.now();
  const all = Promise.all(Array.from({ length: 400 }, () => pool.run("compute", [20_000])));
  await pass(0);
  while (performance.now() - start < 40);
  await all;
  return [((performance.now() - start) * 1000) / 400];
}

const record = { id: 1, name: "Ada", tags: ["a", "b", "c".repeat(900)] };
/** @param {number} length */
const bytes = (length) => new Uint8Array(length).fill(7);

/** @type {Row[]} */
export const rows = [
  ...[threads, processes].flatMap((contenders, i) => {
    const on = i === 0 ? "threads" : "processes";
    return [
      {
        name: `small tasks in a batch, ${on}`,
        contenders,
        measure: warm((pool) => batch(pool, 20_000, "add", (i) => [i, 1])),
      },
      {
        name: `small tasks one at a time, ${on}`,
        contenders,
        measure: warm((pool) => oneAtATime(pool, 3000, "add", [1, 2])),
      },
    ];
  }),
  {
    name: "one call after a pause of 5 ms",
    contenders: threads,
    measure: warm((pool) => oneAtATime(pool, 60, "add", [1, 2], 5)),
  },
  {
    name: "records of 1 kB in a batch",
    contenders: threads,
    measure: warm((pool) => batch(pool, 2000, "record", () => [record])),
  },
  {
    name: "objects of 10 kB in a batch, there and back",
    contenders: threads,
    measure: warm((pool) => {
      const value = objects(10_000);
      return batch(pool, 300, "echo", () => [value]);
    }),
  },
  {
    name: "objects of 1 MB, there and back",
    contenders: threads,
    measure: warm((pool) => oneAtATime(pool, 8, "echo", [objects(MB)])),
  },
  {
    name: "1 MB of bytes, there and back",
    contenders: threads,
    measure: warm((pool) => oneAtATime(pool, 60, "echo", [bytes(MB)])),
  },
  {
    name: "8 MB of bytes, one way",
    contenders: threads,
    measure: warm((pool) => oneAtATime(pool, 20, "byteLength", [bytes(8 * MB)])),
  },
  {
    name: "1 MB of text, there and back",
    contenders: threads,
    measure: warm((pool) => oneAtATime(pool, 20, "echo", ["abcdefghij".repeat(MB / 10)])),
  },
  {
    name: "tasks of 100 µs in a batch",
    contenders: threads,
    measure: warm((pool) => batch(pool, 2000, "compute", () => [20_000])),
  },
  { name: "short tasks beside a long one", contenders: threads, measure: warm(besideLong) },
  { name: "tasks of 100 µs while the caller computes", contenders: threads, measure: warm(busyCaller) },
];
