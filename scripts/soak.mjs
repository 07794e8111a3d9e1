import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { readReport, reportFile } from "./reports.mjs";
import { root } from "./run.mjs";

/**
 * A package's conformance tests, many times over, with other load beside them. After each time nothing may be left: no process, no
 * temporary file, no shared memory. On Linux. Build before.
 *
 *     node scripts/soak.mjs deno --times 20 --load 1 [test file…]
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { times: { type: "string", default: "20" }, load: { type: "string", default: "1" } },
});
const [name, ...chosen] = positionals;
if (name === undefined) throw new TypeError("Which package? Such as: node scripts/soak.mjs deno");
const folder = join(root, "packages", name);
const files = chosen.length > 0 ? chosen : conformanceTests();
const times = Number(values.times);

/** In the environment of all that is started here, however far away: by that it is found. */
const MARK = `HEDDLE_SOAK=${process.pid}`;
/** How long what is about to end may take. */
const WAIT_LIMIT_MS = 2000;

/** @returns {string[]} */
function conformanceTests() {
  return readdirSync(join(folder, "test"))
    .filter((file) => /conformance(\.wide)?\.test\.ts$/.test(file) || file.startsWith("cluster."))
    .map((file) => join("test", file));
}

/** Processes of ours that are alive, and what each is. */
function processes() {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const isOurs = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(MARK);
      return isOurs ? [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")}`] : [];
    } catch {
      // It has ended meanwhile, or is another user's.
      return [];
    }
  });
}

const sharedMemory = () => new Set(readdirSync("/dev/shm"));

/** Runs the tests once; gives the failures. @returns {Promise<string[]>} */
async function once() {
  const temporary = mkdtempSync(join(tmpdir(), "heddle-soak-"));
  const before = sharedMemory();
  const { scripts } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const [key = "", value] = MARK.split("=");
  const PATH = [join(root, "node_modules/.bin"), process.env.PATH].join(delimiter);
  rmSync(reportFile(folder), { force: true });
  const ended = spawnSync(`${scripts.test} ${files.join(" ")}`, {
    ...{ cwd: folder, shell: true, encoding: "utf8", maxBuffer: Number.POSITIVE_INFINITY },
    env: { ...process.env, HEDDLE_CONTRACTS: "all", PATH, TMPDIR: temporary, [key]: value },
  });
  const { passed, failures } = readReport(folder);
  console.log(`  ${passed} passed`);
  if (ended.status !== 0 && failures.length === 0)
    failures.push(`the tests ended with ${ended.signal ?? ended.status}`);
  if (failures.length > 0) console.log(ended.stdout, ended.stderr);
  const deadline = performance.now() + WAIT_LIMIT_MS;
  while (processes().length > 0 && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 20));
  const left = [
    ...processes().map((process) => `process ${process}`),
    ...readdirSync(temporary).map((file) => `file ${file}`),
    ...[...sharedMemory()].filter((file) => !before.has(file)).map((file) => `shared memory ${file}`),
  ];
  rmSync(temporary, { recursive: true });
  return [...failures, ...left.map((what) => `left behind: ${what}`)];
}

/** Busy for as long as its creator lives. */
const BUSY = "const { ppid } = process; while (process.ppid === ppid) for (let n = 0; n < 1e7; n++) Math.sqrt(n);";
const load = Array.from({ length: Number(values.load) }, () => spawn(process.execPath, ["-e", BUSY]));
let good = 0;
for (let n = 1; n <= times; n++) {
  const start = performance.now();
  const failures = await once();
  if (failures.length === 0) good++;
  for (const failure of failures) console.log(`FAILED  ${failure}`);
  console.log(
    `${name}, time ${n} of ${times}: ${failures.length} failed, ${((performance.now() - start) / 1000).toFixed()} s`,
  );
}
for (const busy of load) busy.kill();
console.log(
  `${name}: ${good} of ${times} times without a failure and with nothing left, beside ${load.length} busy processes`,
);
process.exitCode = good === times ? 0 : 1;
