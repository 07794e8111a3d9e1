import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { testCases } from "./junit.mjs";
import { reportFile } from "./reports.mjs";
import { root } from "./run.mjs";
import { runners } from "./runners.mjs";

/**
 * A package whose tests run in another runtime than Node says so in its test script; arguments after the name go to the runner:
 *
 *     "test": "node ../../scripts/test-in.mjs bun"
 *
 * This runs them with that runtime's own test runner, and leaves what came of it where reports.mjs looks for it.
 */
const folder = process.cwd();
const [name = "", ...args] = process.argv.slice(2);
const runner = runners[name];
if (runner === undefined) throw new TypeError(`There is no runner "${name}": ${Object.keys(runners).join(", ")}`);

const report = reportFile(folder);
const junit = report.replace(/\.json$/, ".xml");
mkdirSync(dirname(report), { recursive: true });
for (const file of [report, junit]) rmSync(file, { force: true });

const [command = "", ...options] = [...runner.command(junit), ...args];
const ended = spawnSync(command, options, { cwd: folder, stdio: "inherit" });

const all = existsSync(junit) ? testCases(readFileSync(junit, "utf8")) : [];
const tests = all.filter((test) => !runner.isGroup?.(test, all));
const failures = tests
  .filter(({ status }) => status === "failed")
  .map((test) => `${relative(root, folder)}/${runner.fileOf(test)}: ${runner.nameOf(test)}`);
// A file that cannot be loaded, an error between tests or a crash of the runtime fails no test.
if (ended.status !== 0 && failures.length === 0) {
  failures.push(`${relative(root, folder)}: the tests in ${name} ended with ${ended.signal ?? ended.status}`);
}
writeFileSync(
  report,
  JSON.stringify({ passed: tests.filter(({ status }) => status === "passed").length, failures, tests: tests.length }),
);
process.exitCode = failures.length === 0 ? 0 : 1;
