import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { row, table } from "../generated.mjs";
import { root } from "../run.mjs";
import { mutants } from "./list.mjs";

const page = join(root, "docs/mutants.md");
/** In place of a test. */
const NOTHING = "**nothing**";

/**
 * The last run of a mutant.
 *
 * @typedef {{ by: string, on: string }} Result `by` is the test that noticed it, or "", and `on` the day.
 */

/** The last run of each mutant that has been run, by its name, as docs/mutants.md has it. @returns {Map<string, Result>} */
export function results() {
  const rows = readFileSync(page, "utf8").matchAll(/^\| (.*) \| (.*) \| (\d{4}-\d\d-\d\d) \|$/gm);
  return new Map(
    [...rows].map(([, name = "", by = "", on = ""]) => [
      name,
      { by: by === NOTHING ? "" : by.replaceAll("\\|", "|"), on },
    ]),
  );
}

/** Writes the run of one mutant into docs/mutants.md. @param {string} name @param {Result} result */
export function keep(name, result) {
  const all = results().set(name, result);
  const noticed = mutants.filter((mutant) => (all.get(mutant.name)?.by ?? "") !== "");
  const rows = mutants.map((mutant) => {
    const last = all.get(mutant.name);
    return row([mutant.name, last === undefined ? "" : last.by || NOTHING, last?.on ?? "not run yet"]);
  });
  writeFileSync(
    page,
    `# Mutants

\`npm run test:mutants\` breaks the code in ${mutants.length} ways ([the list](../scripts/mutants/list.mjs)), one at a time. It runs tests until one fails.
Beside each mutant is the test that noticed it, by its name on the day of that run. Other tests may notice it, too. In their last runs,
${noticed.length} of ${mutants.length} were noticed, on Node ${process.versions.node}. "Hangs" stands for tests that took many times their usual time, and were stopped.

${table(["mutant", "noticed by", "last run"], rows)}
`,
  );
}
