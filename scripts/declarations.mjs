import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * The declarations of a module that binds core's surface to a backend: each name is core's own. So the compiler can name the type of `new
 * Pool()` in the declarations of a program that does not depend on core (TS2742). And an editor shows its documentation. Run in the
 * package's folder, after tsc.
 */
const BOUND = /"\.\/[\w/-]+\.js\?surface"/g;
const ALL_BOUND = /^export \* from "\.\/[\w/-]+\.js\?surface";\n/m;

/** A module that exports all that core or another package does. */
const ALL_OF_ANOTHER = /^export \* from "@heddle\//m;

// The compiler looks for a name for a type among the modules that it has loaded.
const LOADS_TYPES = 'import type {} from "./types.js";\n';

for (const file of await readdir("dist")) {
  if (!file.endsWith(".d.ts")) continue;
  const declared = (await readFile(join("dist", file), "utf8"))
    .replace(ALL_BOUND, "")
    .replace(BOUND, '"@heddle/core/exports"');
  if (!ALL_OF_ANOTHER.test(declared)) continue;
  await writeFile(join("dist", file), LOADS_TYPES + declared);
}
