/**
 * The demos of `npm start`, and the choice of its arguments. Plain JavaScript without dependencies: `scripts/start.mjs` reads it before
 * anything is installed or built.
 */

import { spawnSync } from "node:child_process";

/**
 * @typedef {object} Demo
 * @property {string} backend the name of its backend, as a user writes it
 * @property {string} name the program's
 * @property {string} what it shows
 */

/** @type {Record<string, string>} */
const PROGRAMS = {
  "numbers-and-letters": "two workers print at the same time",
  lock: "one worker at a time in a critical section",
  semaphore: "two permits for six workers",
  queue: "four workers greet their parent",
  "io-or-cpu": "waiting and computing, and the best way to do each",
};
const THREADS = { threads: "one program, the same on Node, Bun and Deno" };
const PROCESSES = { processes: "likewise, and one of its processes is killed" };
const SERVER = { server: "an HTTP server with and without a pool, of which a process is killed under load" };
const MACHINES = { machines: "three machines share a pool at a Redis or Valkey server, and one of them is killed" };
const SERVICE = { service: "an HTTP service that goes on when one of its workers is killed" };

/** @type {Record<string, Record<string, string>>} */
const BACKENDS = {
  "node-threads": { ...PROGRAMS, ...THREADS },
  "node-processes": { ...SERVER, ...PROGRAMS, ...PROCESSES },
  "node-cluster": { ...PROGRAMS, ...SERVICE },
  cluster: MACHINES,
  bun: { ...PROGRAMS, ...THREADS },
  "bun-processes": { ...PROGRAMS, ...PROCESSES },
  deno: { ...PROGRAMS, ...THREADS },
  "deno-processes": { ...PROGRAMS, ...PROCESSES },
};

/** @type {readonly Demo[]} */
export const demos = Object.entries(BACKENDS).flatMap(([backend, programs]) =>
  Object.entries(programs).map(([name, what]) => ({ backend, name, what })),
);

/** @param {Demo} demo */
export const idOf = ({ backend, name }) => `${backend}/${name}`;

/** @param {readonly Demo[]} some */
export function list(some) {
  const width = Math.max(...demos.map((demo) => idOf(demo).length));
  return some.map((demo) => `  ${idOf(demo).padEnd(width)}  ${demo.what}`).join("\n");
}

const [server] = demos.filter(({ name }) => name === "server");

/** Whether there is a server here that holds what machines share. */
export const hasServer = ["valkey-server", "redis-server"].some((name) => spawnSync(name, ["--version"]).status === 0);

/** The demos that run without being asked for. */
const first = [
  ...(server ? [server] : []),
  ...demos.filter((one) => one.backend === "node-threads" && one.name in PROGRAMS),
  ...demos.filter(({ backend }) => backend === "cluster" && hasServer),
];

export const help = `npm start                 the first demos: ${first.map(({ name }) => name).join(", ")}
npm start -- NAME ...     these demos, such as deno/lock; without its runtime, the first below of that name
npm start -- all          every demo on every runtime
npm start -- --help       this text

${list(demos)}`;

/**
 * The demos that the arguments ask for. Throws a RangeError if they name what there is not.
 *
 * @param {readonly string[]} names
 * @returns {readonly Demo[] | "help"}
 */
export function chosen(names) {
  if (names.some((name) => name === "--help" || name === "-h")) return "help";
  if (names.length === 0) return first;
  return names.flatMap((name) => (name === "all" ? demos : named(name)));
}

/** @param {string} name */
function named(name) {
  const demo = demos.find((one) => idOf(one) === name) ?? demos.find((one) => one.name === name);
  if (demo === undefined)
    throw new RangeError(`There is no demo "${name}". There are:\n\n${list(demos)}\n\nall runs them all.`);
  return demo;
}
