import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { reportsFolder } from "./reports.mjs";

/**
 * @typedef {import("../packages/conformance/src/record.js").RecordedContract} RecordedContract
 * @typedef {import("../packages/conformance/src/record.js").RecordedTest} RecordedTest
 * @typedef {import("../packages/core/src/contracts/adapter.js").Capabilities} Capabilities
 *
 * @typedef {object} Backend one that the conformance suite was run against
 * @property {string} name
 * @property {string} runtime
 * @property {Capabilities} capabilities
 * @property {string[]} contracts that it was tested for
 * @property {string[]} kept those of which every test passed
 */

/** Where the suite leaves its records, if this is HEDDLE_RECORD. */
export const recordsFolder = join(reportsFolder, "conformance");

/** @param {string} file @returns {(RecordedContract | RecordedTest)[]} */
const linesOf = (file) =>
  readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

/** @param {(RecordedContract | RecordedTest)[]} lines @returns {Backend} */
function backendOf(lines) {
  const contracts = lines.filter((line) => "adapter" in line);
  const tests = lines.filter((line) => "test" in line);
  /** @param {string} contract @param {RecordedTest["test"]} what */
  const count = (contract, what) => tests.filter((test) => test.contract === contract && test.test === what).length;
  const [first] = contracts;
  if (first === undefined) throw new Error("A record that does not say of which adapter");
  const names = [...new Set(contracts.map(({ contract }) => contract))];
  return {
    name: first.adapter,
    runtime: first.runtime,
    capabilities: first.capabilities,
    contracts: names,
    kept: names.filter((name) => count(name, "declared") === count(name, "passed")),
  };
}

/** Every backend that was tested since the records were last thrown away. @returns {Backend[]} */
export function readRecords() {
  if (!existsSync(recordsFolder)) return [];
  return readdirSync(recordsFolder).map((name) => backendOf(linesOf(join(recordsFolder, name))));
}
