import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, watch } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./run.mjs";

/**
 * Rebuilds what changes, without declarations and CommonJS, and runs the tests of one package again. Build once before.
 *
 *     pnpm dev [part of a test's name] [--package node-threads] [--file conformance]
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { package: { type: "string", default: "node-threads" }, file: { type: "string", default: "conformance" } },
});
const [name] = positionals;
const folder = join(root, "packages", values.package);
refuseWhatCannotRun();

const bin = (/** @type {string} */ tool) => join(root, "node_modules/.bin", tool);

/** The tests of other runtimes, and files that do not exist, would only be waited for. */
function refuseWhatCannotRun() {
  const { package: name, file } = values;
  if (!existsSync(join(folder, "package.json"))) {
    return refuse(`There is no package "${name}": ${readdirSync(join(root, "packages")).join(", ")}`);
  }
  const { scripts } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (scripts?.test === undefined) return refuse(`${name} has no tests of its own: try --package node-threads`);
  if (!scripts.test.startsWith("vitest")) {
    const only = positionals[0] === undefined ? "" : ` -t "${positionals[0]}"`;
    return refuse(
      `pnpm dev runs tests in Node, and those of ${name} run in another runtime. After each change: ` +
        `pnpm turbo run build && pnpm --filter @heddle/${name} run test${only}`,
    );
  }
  if (name === "core" || readdirSync(join(folder, "test")).some((test) => test.includes(file))) return undefined;
  return refuse(`${name} has no test file named after "${file}": give --file one of those in packages/${name}/test`);
}

/** @param {string} why */
function refuse(why) {
  console.error(why);
  process.exit(1);
}

/** @type {import("node:child_process").ChildProcess[]} */
const watchers = [];
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    for (const child of [...watchers, tests]) child?.kill();
    process.exit();
  });
}

/** Each package that is built, and the sources that its bundle takes in besides its own. */
const built = {
  core: [],
  conformance: [],
  [values.package]: ["../node-host/src", "../process-host/src"],
};

/** How long after the last file was written the tests begin. */
const QUIET_MS = 50;

/** @type {import("node:child_process").ChildProcess | undefined} */
let tests;
/** @type {NodeJS.Timeout | undefined} */
let timer;

/** Stops a run that is under way: its results are of what was there before. */
function runTests() {
  tests?.kill();
  const args = ["run", values.file, "--reporter=default", ...(name === undefined ? [] : ["-t", name])];
  tests = spawn(bin("vitest"), args, { cwd: folder, stdio: "inherit" });
}

function whenQuiet() {
  clearTimeout(timer);
  timer = setTimeout(runTests, QUIET_MS);
}

if (values.package === "core") {
  // Its tests run from source: vitest sees by itself what has changed.
  watchers.push(
    spawn(bin("vitest"), ["watch", ...(name === undefined ? [] : ["-t", name])], { cwd: folder, stdio: "inherit" }),
  );
} else {
  for (const [packageName, alsoWatched] of Object.entries(built)) {
    const cwd = join(root, "packages", packageName);
    const watched = ["src", ...alsoWatched].flatMap((path) => ["--watch", path]);
    watchers.push(
      spawn(bin("tsup"), ["--no-clean", "--silent", ...watched], { cwd, stdio: ["ignore", "inherit", "inherit"] }),
    );
    watch(join(cwd, "dist"), { recursive: true }, whenQuiet);
  }
  watch(join(folder, "test"), { recursive: true }, whenQuiet);
}
