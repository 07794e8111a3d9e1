import { spawn } from "node:child_process";
import { once } from "node:events";
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
const CONTRACTS = [
  "lock",
  "rlock",
  "rwlock",
  "semaphore",
  "barrier",
  "event",
  "condition",
  "queue",
  "leftovers",
  "pool",
  "worker",
  "deadlock",
];

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
 * Runs Node, in a group of its own: whatever it has started and not ended, as tests that hang do not, is killed with it.
 *
 * @param {string} cwd
 * @param {readonly string[]} args
 */
async function run(cwd, ...args) {
  const bin = join(copy, "node_modules/.bin");
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  const child = spawn(process.execPath, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const closed = once(child, "close");
  const killGroup = () => tryKill(-(child.pid ?? 0));
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    killGroup();
  }, PATIENCE_MS);
  // On Ctrl+C too: the terminal does not tell other groups than ours.
  process.once("exit", killGroup);
  const [status] = await once(child, "exit");
  clearTimeout(timer);
  killGroup();
  process.off("exit", killGroup);
  await closed;
  return { isGreen: status === 0, hung, output };
}

/** @param {number} group */
function tryKill(group) {
  try {
    process.kill(group, "SIGKILL");
  } catch {
    // Nobody is left in it.
  }
}

const steps = {
  "core's tests": () =>
    run(core, join(root, "node_modules/vitest/vitest.mjs"), "run", "--bail=1", "--testTimeout=20000"),
  "the conformance suite": async () => {
    const built = await run(core, join(root, "node_modules/tsup/dist/cli-default.js"));
    if (!built.isGreen) throw new Error(`The mutant does not build:\n${built.output}`);
    const wanted = CONTRACTS.flatMap((name) => ["--contract", name]);
    const command = join(copy, "packages/conformance/bin/heddle-conformance.js");
    return run(join(copy, "packages/node-threads"), "--expose-gc", command, "./dist/index.js", "--bail", ...wanted);
  },
};

/** @param {import("./list.mjs").Mutant} mutant */
async function tryMutant({ file, find, replace }) {
  const path = join(core, "src", file);
  const source = readFileSync(path, "utf8");
  if (source.split(find).length !== 2) throw new Error(`${file} does not have this once:\n${find}`);
  writeFileSync(
    path,
    source.replace(find, () => replace),
  );
  try {
    for (const [name, step] of Object.entries(steps)) {
      const { isGreen, hung, output } = await step();
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

process.once("SIGINT", () => process.exit(130));
copyWorkspace();
const wanted = process.argv[2] ?? "";
const rows = [];
let survivors = 0;
for (const mutant of mutants.filter(({ name }) => name.includes(wanted))) {
  const noticed = await tryMutant(mutant);
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
