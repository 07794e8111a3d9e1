import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * What a module that binds core's surface to an adapter declares. tsc would declare each name as a constant and a type of its own, in a
 * place that only those find who depend on core themselves: so the compiler could not name the type of `new Pool()` in their declarations
 * (TS2742), nor an editor show its documentation. Here each name is core's own. Run in the package's folder, after tsc.
 */
const BOUND = /^export declare const activeWorkers: .*\n/m;
const WORKER = /^export declare const (Thread|Process): import\("@heddle\/core"\)\.WorkerConstructor;$/gm;

/** A module that exports all that core or another package does. */
const ALL_OF_ANOTHER = /^export \* from "@heddle\//m;

// The compiler looks for a name for a type among the modules that it has loaded.
const LOADS_TYPES = 'import type {} from "./types.js";\n';

for (const file of await readdir("dist")) {
  if (!file.endsWith(".d.ts")) continue;
  const declared = await readFile(join("dist", file), "utf8");
  if (!ALL_OF_ANOTHER.test(declared)) continue;
  const whole = declared.replace(BOUND, "").replace(WORKER, 'export { Worker as $1 } from "@heddle/core/exports";');
  await writeFile(join("dist", file), LOADS_TYPES + whole);
}
