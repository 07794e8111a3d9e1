import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../run.mjs";
import { mutants } from "./list.mjs";

/**
 * `npm run test:mutants`: breaks the kernel in one way after another, in a copy of the workspace, and runs core's tests, then
 * the conformance suite, until one notices. Ends with a table, kept in docs/mutants.md, and fails if a mutant survives.
 *
 *     node scripts/mutants/run.mjs [part of a name]
 */

/** A mutant may hang its tests, which is a way to be noticed: they take a fraction of this when nothing is broken. */
const PATIENCE_MS = 75_000;
const CONTRACTS = ["lock", "semaphore", "event", "condition", "queue", "leftovers", "pool", "worker", "deadlock"];

const copy = mkdtempSync(join(tmpdir(), "heddle-mutants-"));
const core = join(copy, "packages/core");

function copyWorkspace() {
  const isWanted = (/** @type {string} */ path) => !/[\\/](\.git|\.nodes|\.reports|\.turbo|coverage)$/.test(path);
  for (const name of ["packages", "scripts", "package.json", "tsconfig.base.json"]) {
    // Links are kept as they are: the packages' links to one another then lead to the copies.
    cpSync(join(root, name), join(copy, name), { recursive: true, verbatimSymlinks: true, filter: isWanted });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
}

/**
 * @param {string} cwd
 * @param {readonly string[]} args
 */
function run(cwd, ...args) {
  const bin = join(copy, "node_modules/.bin");
  const ended = spawnSync(process.execPath, args, {
    cwd,
    encoding: "utf8",
    timeout: PATIENCE_MS,
    killSignal: "SIGKILL",
    env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
  });
  return { isGreen: ended.status === 0, hung: ended.error !== undefined, output: `${ended.stdout}${ended.stderr}` };
}

const steps = {
  "core's tests": () =>
    run(core, join(root, "node_modules/vitest/vitest.mjs"), "run", "--bail=1", "--testTimeout=20000"),
  "the conformance suite": () => {
    const built = run(core, join(root, "node_modules/tsup/dist/cli-default.js"));
    if (!built.isGreen) throw new Error(`The mutant does not build:\n${built.output}`);
    const wanted = CONTRACTS.flatMap((name) => ["--contract", name]);
    const command = join(copy, "packages/conformance/bin/heddle-conformance.js");
    return run(join(copy, "packages/node-threads"), "--expose-gc", command, "./dist/index.js", "--bail", ...wanted);
  },
};

/** @param {import("./list.mjs").Mutant} mutant */
function tryMutant({ file, find, replace }) {
  const path = join(core, "src", file);
  const source = readFileSync(path, "utf8");
  if (source.split(find).length !== 2) throw new Error(`${file} does not have this once:\n${find}`);
  writeFileSync(
    path,
    source.replace(find, () => replace),
  );
  try {
    for (const [name, step] of Object.entries(steps)) {
      const { isGreen, hung, output } = step();
      if (!isGreen) return hung ? `${name} hung` : `${name}: ${firstFailure(output)}`;
    }
    return undefined;
  } finally {
    writeFileSync(path, source);
  }
}

/** The name of the test that failed first, as vitest or our own command writes it. @param {string} output */
function firstFailure(output) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours.
  const plain = output.replace(/\u001b\[[0-9;]*m/g, "");
  const failed = /FAIL\s+(\S+ > .*)/.exec(plain) ?? /First failing contract: .*\n\n\s*(.*)/.exec(plain);
  return failed?.[1]?.trim() ?? "it ended early";
}

copyWorkspace();
const wanted = process.argv[2] ?? "";
const rows = [];
let survivors = 0;
for (const mutant of mutants.filter(({ name }) => name.includes(wanted))) {
  const noticed = tryMutant(mutant);
  if (noticed === undefined) survivors++;
  console.log(`${noticed === undefined ? "SURVIVED" : "noticed "}  ${mutant.name}  (${noticed ?? ""})`);
  rows.push(`| ${mutant.name} | ${noticed === undefined ? "**nothing**" : noticed.replaceAll("|", "\\|")} |`);
}
rmSync(copy, { recursive: true, force: true });
if (wanted === "") {
  const text = `# Mutants

What \`npm run test:mutants\` found on Node ${process.versions.node}: the kernel, broken in ${rows.length} ways
([the list](../scripts/mutants/list.mjs)), and the first test that noticed each.

| broken | noticed by |
|---|---|
${rows.join("\n")}
`;
  writeFileSync(join(root, "docs/mutants.md"), text);
}
console.log(`${rows.length - survivors} of ${rows.length} mutants were noticed`);
process.exitCode = survivors === 0 ? 0 : 1;
