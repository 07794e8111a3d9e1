import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./run.mjs";

/**
 * @typedef {{ passed: number, failures: string[] }} Outcome
 * @typedef {{ fullName: string, status: string }} TestResult
 * @typedef {{ name: string, status: string, message: string, assertionResults: TestResult[] }} FileResult
 * @typedef {{ numTotalTests: number, numPassedTests: number, testResults: FileResult[] }} Report what vitest writes
 */

/** Each package's vitest leaves its report here (vitest.mjs); they are summed, and git ignores them. */
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

/** The folders of the packages that have tests. */
export const testedFolders = () =>
  packageFolders().filter((folder) => {
    const manifest = join(folder, "package.json");
    return existsSync(manifest) && readJson(manifest).scripts?.test !== undefined;
  });

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
  /** @type {Report} */
  const report = readJson(file);
  const failures = report.testResults.flatMap(failuresOf);
  if (report.numTotalTests === 0 && failures.length === 0) failures.push(`${name}: ran no test`);
  return { passed: report.numPassedTests, failures };
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
