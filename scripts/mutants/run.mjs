import { parseArgs } from "node:util";
import { run } from "../run.mjs";
import { mutants } from "./list.mjs";
import { keep, results } from "./record.mjs";
import { Workspace } from "./workspace.mjs";

/**
 * `npm run test:mutants`: breaks the code in one way after another, in a copy of the workspace. For each it runs the tests that noticed it
 * the last time (docs/mutants.md), then those of its package, then the conformance suite, until one notices. Each of these is run once
 * without a mutant before: if it fails, this ends. Each result goes to docs/mutants.md at once. Fails if a mutant survives.
 *
 *     node scripts/mutants/run.mjs [part of a name] [--before 2026-11-30] [--first "core's test/bell.test.ts"] [--at-once 2]
 *
 * `--before` leaves out mutants whose last run was on that day or later: so a run that ended early goes on. `--first` names the tests to run
 * first. `--at-once` is how many copies there are.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { before: { type: "string" }, first: { type: "string" }, "at-once": { type: "string", default: "1" } },
});
const [wanted = ""] = positionals;
const { before, first } = values;

/** @typedef {import("./list.mjs").Mutant} Mutant */

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
  for (const step of workspace.steps(file, first ?? results().get(name)?.by ?? "")) {
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

let survivors = 0;

/** Takes one mutant after another off the list, until there are none. @param {Mutant[]} left */
async function work(left) {
  const workspace = new Workspace();
  try {
    for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
      const begun = performance.now();
      const by = await whoNotices(workspace, mutant);
      keep(mutant.name, { by, on: new Date().toISOString().slice(0, "2026-11-30".length) });
      if (by === "") survivors++;
      const seconds = ((performance.now() - begun) / 1000).toFixed();
      console.log(`${by === "" ? "SURVIVED" : "noticed "}  ${mutant.name}  (${seconds} s)  ${by}`);
    }
  } finally {
    workspace.remove();
  }
}

process.once("SIGINT", () => process.exit(130));
if (!run("node scripts/mutants/check.mjs")) process.exit(1);
const known = results();
const isDue = (/** @type {Mutant} */ { name }) => before === undefined || (known.get(name)?.on ?? "") < before;
const chosen = mutants.filter((mutant) => mutant.name.includes(wanted) && isDue(mutant));
const left = [...chosen];
await Promise.all(Array.from({ length: Number(values["at-once"]) }, () => work(left)));
console.log(`${chosen.length - survivors} of ${chosen.length} mutants were noticed`);
process.exitCode = survivors === 0 ? 0 : 1;
