import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { difference } from "./compatibility.mjs";
import { testedWithProcessesBy } from "./programs.mjs";
import { recordsFolder } from "./records.mjs";
import { root } from "./run.mjs";

/**
 * The lanes that take too long for `npm test`; CI runs them after it. Build before.
 *
 *     node scripts/lanes.mjs [part of a lane's name] [--after "4000 passed, 0 failed"]
 *
 * As many run at once as there are processors: each waits for much of its time. A lane counts as one test. The last line is the sum, with what `--after` says that has passed and failed before.
 */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { after: { type: "string" } } });
const wanted = positionals[0] ?? "";

/**
 * @typedef {object} Lane
 * @property {string} name
 * @property {readonly string[]} command
 * @property {string} [cwd] from the root
 * @property {Record<string, string>} [env]
 * @property {number} minutes that it may take
 */

/**
 * The longest begin first, so that none of them runs alone in the end.
 *
 * @type {readonly Lane[]}
 */
const lanes = [
  inRuntime("deno", "processes", "test/processes.conformance.test.ts"),
  ...testLanes("heddle", 20),
  ...testLanes("node-processes", 20),
  toolchainLane("frameworks", 14),
  toolchainLane("bundlers", 12),
  inRuntime("bun", "processes", "test/processes.conformance.test.ts"),
  inRuntime("deno", "threads", "test/conformance.test.ts"),
  inRuntime("bun", "threads", "test/conformance.test.ts"),
  toolchainLane("loaders", 12),
  toolchainLane("test-runners", 12),
  toolchainLane("launchers", 6),
  ...testLanes("core", 15),
  ...testLanes("redis", 10),
  ...testLanes("node-threads", 6),
  { name: "libraries", command: [process.execPath, join(root, "scripts/libraries.mjs")], minutes: 12 },
  manyValues(20_000, 14),
  ...programLanes("growth", ["0.02"], 8),
  ...programLanes("growth", ["1", "inline"], 8),
  ...programLanes("growth", ["1", "objects"], 8).filter(({ name }) => name.endsWith("on Node")),
  ...programLanes("mixed", ["0.2"], 6),
];

/**
 * The contracts of which `npm test` tests none on a runtime other than Node (scripts/contracts.mjs).
 *
 * @param {string} runtime its package's folder
 * @param {string} what their subject
 * @param {string} file
 * @returns {Lane}
 */
function inRuntime(runtime, what, file) {
  const command = [process.execPath, join(root, "scripts/test-in.mjs"), runtime, file];
  const env = { HEDDLE_LANES: "1", HEDDLE_RECORD: recordsFolder };
  return { name: `the other contracts, ${what} of ${runtime}`, command, cwd: `packages/${runtime}`, env, minutes: 12 };
}

/**
 * The tests of a package whose names end in `.lane.test.ts`.
 *
 * @param {string} folder
 * @param {number} minutes
 * @returns {Lane[]}
 */
function testLanes(folder, minutes) {
  const command = [
    process.execPath,
    join(root, "node_modules/vitest/vitest.mjs"),
    "run",
    "--root",
    `packages/${folder}`,
  ];
  return [
    { name: `long tests of ${folder}`, command, env: { HEDDLE_LANES: "1", HEDDLE_RECORD: recordsFolder }, minutes },
  ];
}

/**
 * The codec's tests by seed, of which `npm test` plays fewer.
 *
 * @param {number} count
 * @param {number} minutes
 * @returns {Lane}
 */
function manyValues(count, minutes) {
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const command = [process.execPath, vitest, "run", "test/codec.test.ts", "test/errors-by-seed.test.ts"];
  return {
    name: `codec, ${count} of each by seed`,
    command,
    cwd: "packages/core",
    env: { HEDDLE_VALUES: String(count) },
    minutes,
  };
}

/**
 * The fixtures that need the tools of one folder in `toolchains/tools`.
 *
 * @param {string} tools
 * @param {number} minutes
 * @returns {Lane}
 */
function toolchainLane(tools, minutes) {
  const command = [process.execPath, join(root, "scripts/toolchains.mjs"), "--tools", tools];
  return { name: `toolchains: ${tools}`, command, minutes };
}

/**
 * One of the programs of `packages/heddle/test/programs`, on every backend.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {number} minutes
 * @returns {Lane[]}
 */
function programLanes(program, args, minutes) {
  const file = `packages/heddle/test/programs/${program}.mjs`;
  return Object.entries(testedWithProcessesBy).flatMap(([runtime, command]) =>
    (runtime === "Node, portably" ? ["heddle/processes"] : ["heddle", "heddle/processes"]).map((backend) => ({
      name: `${program} ${args.join(" ")}, ${backend} on ${runtime}`,
      command: [...command, file, ...args],
      env: { HEDDLE_MIXED: backend },
      minutes,
    })),
  );
}

/** The schedules that core's tests say that they have played, in a line for each kind of object. @param {string} output */
const schedulesIn = (output) =>
  [...output.matchAll(/: (\d+) schedules/g)].reduce((sum, [, count]) => sum + Number(count), 0);

/** @param {Lane} lane */
async function passes({ name, command, cwd = ".", env, minutes }) {
  const [program = "", ...args] = command;
  const begun = performance.now();
  const child = spawn(program, args, {
    cwd: join(root, cwd),
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: minutes * 60_000,
    killSignal: "SIGKILL",
  });
  const outputs = Promise.all([text(child.stdout), text(child.stderr)]);
  const [status, signal] = await once(child, "close").catch((error) => [error, null]);
  const [stdout, stderr] = await outputs;
  const seconds = ((performance.now() - begun) / 1000).toFixed();
  const hasPassed = status === 0;
  const schedules = schedulesIn(stdout);
  console.log(
    `${hasPassed ? "ok    " : "FAILED"}  ${name}  ${seconds} s${schedules > 0 ? `  ${schedules} schedules` : ""}`,
  );
  if (!hasPassed) console.log(`ended with ${signal ?? status}\n${stdout}\n${stderr}`);
  return hasPassed;
}

/**
 * Runs all lanes of the list, so many at once.
 *
 * @param {readonly Lane[]} all
 * @param {number} most
 * @returns {Promise<boolean[]>}
 */
async function runAll(all, most) {
  const waiting = all.values();
  /** @type {boolean[]} */
  const outcomes = [];
  const runner = async () => {
    for (const lane of waiting) outcomes.push(await passes(lane));
  };
  await Promise.all(Array.from({ length: most }, runner));
  return outcomes;
}

const [, before = "0", beforeFailed = "0"] = /(\d+) passed, (\d+) failed/.exec(values.after ?? "") ?? [];
const results = await runAll(
  lanes.filter(({ name }) => name.includes(wanted)),
  availableParallelism(),
);
// After all of them, every backend was tested for every contract.
if (wanted === "") {
  const wrong = difference();
  if (wrong !== "")
    console.log(`FAILED  docs/compatibility.md is not what was found: npm run docs:compatibility writes it\n${wrong}`);
  results.push(wrong === "");
}
const failed = results.filter((hasPassed) => !hasPassed).length + Number(beforeFailed);
console.log(`${results.length - results.filter((one) => !one).length + Number(before)} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
