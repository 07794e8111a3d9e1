import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root, run } from "../run.mjs";
import { mutants } from "./list.mjs";
import { Workspace } from "./workspace.mjs";

/**
 * `npm run test:mutants`: breaks the kernel in one way after another, in a copy of the workspace. For each it runs the tests that noticed
 * it the last time (docs/mutants.md), then core's tests, then the conformance suite, until one notices. Each of these is run once without a
 * mutant before: if it fails, this ends. Ends with a table, kept in docs/mutants.md, and fails if a mutant survives.
 *
 *     node scripts/mutants/run.mjs [part of a name] [--resume] [--at-once 2]
 *
 * `--resume` goes on where a run ended early. `--at-once` is how many copies there are.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { resume: { type: "boolean", default: false }, "at-once": { type: "string", default: "1" } },
});
const [wanted = ""] = positionals;
const table = join(root, "docs/mutants.md");
const record = join(root, ".reports/mutants.json");

/** @typedef {import("./list.mjs").Mutant} Mutant */

/** The test that noticed each mutant, by the mutant's text: one that was changed since is run again. @type {Record<string, string>} */
const found = values.resume && existsSync(record) ? JSON.parse(readFileSync(record, "utf8")) : {};

/** @param {Mutant} mutant */
const keyOf = (mutant) => createHash("sha1").update(JSON.stringify(mutant)).digest("hex");

/** The tests that noticed the mutants of these names when the table was written. */
const before = new Map(
  [...readFileSync(table, "utf8").matchAll(/^\| (.*?) \| (.*) \|$/gm)].map(([, name, by = ""]) => [name, by]),
);

/** The names of steps that pass without a mutant. @type {Set<string>} */
const sound = new Set();

/** A step that fails without a mutant says nothing about one. @param {import("./workspace.mjs").Step} step */
async function mustPass({ name, run }) {
  if (sound.has(name)) return;
  const { isGreen, by, output } = await run();
  if (!isGreen) throw new Error(`without a mutant, these fail: ${name}\n${by ?? ""}\n${output}`);
  sound.add(name);
}

/** The test that noticed a mutant, or nothing. @param {Workspace} workspace @param {Mutant} mutant */
async function whoNotices(workspace, { name, file, find, replace }) {
  for (const step of workspace.steps(before.get(name) ?? "")) {
    await mustPass(step);
    const restore = workspace.replace(file, find, replace);
    try {
      const { isGreen, by, output } = await step.run();
      if (isGreen) continue;
      if (by !== undefined) return by;
      console.error(`"${name}" cannot be run: ${step.name}\n${output}`);
      return "";
    } finally {
      restore();
    }
  }
  return "";
}

/** Takes one mutant after another off the list, until there are none. @param {Mutant[]} left */
async function work(left) {
  const workspace = new Workspace();
  try {
    for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
      const begun = performance.now();
      const by = await whoNotices(workspace, mutant);
      found[keyOf(mutant)] = by;
      mkdirSync(join(root, ".reports"), { recursive: true });
      writeFileSync(record, JSON.stringify(found, undefined, 2));
      const seconds = ((performance.now() - begun) / 1000).toFixed();
      console.log(`${by === "" ? "SURVIVED" : "noticed "}  ${mutant.name}  (${seconds} s)  ${by}`);
    }
  } finally {
    workspace.remove();
  }
}

process.once("SIGINT", () => process.exit(130));
if (!run("node scripts/mutants/check.mjs")) process.exit(1);
const chosen = mutants.filter(({ name }) => name.includes(wanted));
const left = chosen.filter((mutant) => found[keyOf(mutant)] === undefined);
await Promise.all(Array.from({ length: Number(values["at-once"]) }, () => work(left)));
const noticed = chosen.filter((mutant) => found[keyOf(mutant)] !== "");
if (chosen.length === mutants.length) {
  const rows = mutants.map((mutant) => {
    const by = found[keyOf(mutant)] || "**nothing**";
    return `| ${mutant.name} | ${by.replaceAll("|", "\\|")} |`;
  });
  const text = `# Mutants

\`npm run test:mutants\` breaks the kernel in ${mutants.length} ways ([the list](../scripts/mutants/list.mjs)), one at a time, and runs tests until
one fails. In the last run, on Node ${process.versions.node}, ${noticed.length} of ${mutants.length} were noticed. Beside each is the test that noticed it; others may do so, too.
Where it says "hangs", those tests did not end within many times the time that they take otherwise, and were stopped.

| what is broken | which test notices it |
|---|---|
${rows.join("\n")}
`;
  writeFileSync(table, text);
}
console.log(`${noticed.length} of ${chosen.length} mutants were noticed`);
process.exitCode = noticed.length === chosen.length ? 0 : 1;
