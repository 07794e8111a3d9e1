import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./run.mjs";

/**
 * @typedef {{ passed: number, failures: string[] }} Outcome
 * @typedef {Outcome & { tests: number }} Summary what test-in.mjs writes
 * @typedef {{ fullName: string, status: string }} TestResult
 * @typedef {{ name: string, status: string, message: string, assertionResults: TestResult[] }} FileResult
 * @typedef {{ numTotalTests: number, numPassedTests: number, testResults: FileResult[] }} Report what vitest writes
 */

/** Each package's tests leave their report here (vitest.mjs, test-in.mjs); they are summed, and git ignores them. */
export const reportsFolder = join(root, ".reports");

/**
 * @param {string} folder the package's
 * @param {string} series what sets these reports apart from others of the same package
 */
export const reportFile = (folder, series = "") =>
  join(reportsFolder, series, `${relative(root, folder).replaceAll(/[\\/]/g, "-")}.json`);

/** @param {string} file */
const readJson = (file) => JSON.parse(readFileSync(file, "utf8"));

/** @returns {string[]} */
function packageFolders() {
  /** @type {string[]} */
  const patterns = readJson(join(root, "package.json")).workspaces;
  return patterns.flatMap((pattern) => {
    const parent = join(root, pattern.replace("/*", ""));
    return pattern.endsWith("/*") ? readdirSync(parent).map((name) => join(parent, name)) : [parent];
  });
}

/** @param {string} folder @returns {string | undefined} */
function testScript(folder) {
  const manifest = join(folder, "package.json");
  return existsSync(manifest) ? readJson(manifest).scripts?.test : undefined;
}

/** The folders of the packages that have tests. */
const testedFolders = () => packageFolders().filter((folder) => testScript(folder) !== undefined);

/** Those whose tests run in Node, with vitest. */
export const foldersTestedInNode = () => testedFolders().filter((folder) => testScript(folder)?.startsWith("vitest "));

/**
 * One package's outcome. No report, or one without a test, is a failure too: tests that did not run prove nothing.
 *
 * @param {string} folder the package's
 * @param {string} file where its report should be
 * @returns {Outcome}
 */
export function readReport(folder, file = reportFile(folder)) {
  const name = relative(root, folder);
  if (!existsSync(file)) return { passed: 0, failures: [`${name}: left no report`] };
  const { passed, failures, tests } = summaryOf(readJson(file));
  return { passed, failures: tests === 0 && failures.length === 0 ? [`${name}: ran no test`] : failures };
}

/** @param {Report | Summary} report @returns {Summary} */
function summaryOf(report) {
  if (!("testResults" in report)) return report;
  const failures = report.testResults.flatMap(failuresOf);
  return { passed: report.numPassedTests, failures, tests: report.numTotalTests };
}

/**
 * @param {FileResult} file
 * @returns {string[]}
 */
function failuresOf(file) {
  const where = relative(root, file.name);
  const failed = file.assertionResults.filter((test) => test.status === "failed");
  // A file that cannot be loaded, or whose hooks fail, has failed without a failed test.
  if (failed.length === 0 && file.status === "failed") return [`${where}: ${file.message.split("\n")[0]}`];
  return failed.map((test) => `${where}: ${test.fullName}`);
}

/** All packages' outcomes together. @returns {Outcome} */
export function sumReports() {
  const outcomes = testedFolders().map((folder) => readReport(folder));
  return {
    passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
    failures: outcomes.flatMap(({ failures }) => failures),
  };
}
