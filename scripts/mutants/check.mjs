import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../run.mjs";
import { mutants, sourceOf } from "./list.mjs";

/**
 * Part of `npm test`: fails if a mutant no longer fits the source, which must have what the mutant replaces once. It is no test of core's:
 * those run with a mutant in place, and this one would fail with each.
 */
for (const { name, file, find } of mutants) {
  const path = join(root, sourceOf(file));
  const times = existsSync(path) ? readFileSync(path, "utf8").split(find).length - 1 : 0;
  if (times === 1) continue;
  console.error(`mutant "${name}": ${file} has what it replaces ${times} times, not once:\n${find}\n`);
  process.exitCode = 1;
}
