import { rmSync } from "node:fs";
import { recordsFolder } from "./records.mjs";
import { reportsFolder, sumReports } from "./reports.mjs";
import { run } from "./run.mjs";

/**
 * `npm test`: builds, then runs every check, and ends with one line that sums them. A check that fails does not hide the ones after it.
 * Each that fails without a failing test to show for it counts as one failure.
 */
const checks = {
  // Biome colours what it prints even where nobody can see it.
  "lint and format": `biome ci --error-on-warnings${process.stdout.isTTY ? "" : " --colors=off"}`,
  "type check of scripts": "tsc -p scripts",
  "mutants fit the source": "node scripts/mutants/check.mjs",
  "type check": "turbo run typecheck --continue",
  // Two packages at a time: a test that starts a process or a program leaves the processor to it, and waits.
  tests: "turbo run test --continue --concurrency=2 --log-prefix=none",
};

function runChecks() {
  if (!run("node scripts/build.mjs")) return { passed: 0, failures: ["build"] };
  // Without this, a package whose tests never ran would be counted by its last report.
  rmSync(reportsFolder, { recursive: true, force: true });
  const broken = Object.entries(checks).flatMap(([name, command]) =>
    run(command, { HEDDLE_RECORD: recordsFolder }) ? [] : [name],
  );
  const { passed, failures } = sumReports();
  const explained = failures.length > 0 ? broken.filter((name) => name !== "tests") : broken;
  return { passed, failures: [...explained, ...failures] };
}

const { passed, failures } = runChecks();
for (const failure of failures) console.log(`FAILED  ${failure}`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
