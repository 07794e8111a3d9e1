import { parseArgs } from "node:util";
import { readFixtures, toolsOf, verdictOf } from "./toolchains/fixture.mjs";
import { install } from "./toolchains/install.mjs";
import { isUpToDate, writeTables } from "./toolchains/table.mjs";
import { whatIsWrong } from "./toolchains/try.mjs";

/**
 * Builds and runs the fixtures in `toolchains/fixtures` with the packages as they would be published, and holds docs/toolchains.md
 * against them. Build before.
 *
 *     node scripts/toolchains.mjs [part of a fixture's name, or of "name: a case's title"] [--tools bundlers] [--in folder] [--write]
 *
 * `--tools` takes the fixtures of one folder of `toolchains/tools`. `--in` names a folder in which the tools stay installed for the next
 * time. `--write` writes the tables of docs/toolchains.md. The last line is the sum.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { tools: { type: "string" }, in: { type: "string" }, write: { type: "boolean" } },
});
const [wanted = ""] = positionals;

const fixtures = await readFixtures();
if (values.write) writeTables(fixtures);
const chosen = fixtures
  .filter((fixture) => values.tools === undefined || toolsOf(fixture) === values.tools)
  .map((fixture) => ({
    ...fixture,
    cases: fixture.cases.filter(({ title }) => `${fixture.name}: ${title}`.includes(wanted)),
  }))
  .filter(({ cases }) => cases.length > 0);

let passed = 0;
let failed = 0;
for (const tools of new Set(chosen.map(toolsOf))) {
  const { folder, remove } = await install(tools, values.in);
  try {
    for (const fixture of chosen.filter((one) => toolsOf(one) === tools)) {
      for (const one of fixture.cases) {
        const begun = performance.now();
        const wrong = whatIsWrong(fixture, one, folder);
        const seconds = ((performance.now() - begun) / 1000).toFixed(1);
        console.log(
          `${wrong === undefined ? verdictOf(one) : "FAILED"}  ${fixture.name}: ${one.title}  ${seconds} s${wrong === undefined ? "" : `\n${wrong}`}`,
        );
        if (wrong === undefined) passed++;
        else failed++;
      }
    }
  } finally {
    remove();
  }
}
if (!isUpToDate(fixtures)) {
  console.log("FAILED  docs/toolchains.md is not what the fixtures say: node scripts/toolchains.mjs nothing --write");
  failed++;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
