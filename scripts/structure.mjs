import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./run.mjs";

/**
 * The structure of core by its imports: which folder imports which, and circles of files.
 *
 *     node scripts/structure.mjs [a folder below packages/core/src, such as pool] [--root another checkout]
 */

const IMPORT = /^(?:import|export)\s[^"']*?from "(\.[^"]+)\.js";/gms;

/** @param {string} source @returns {Map<string, string[]>} the imports of each file, types too */
export function importsOf(source) {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(source, file), "utf8");
      const imports = [...text.matchAll(IMPORT)].map(([, path = ""]) => `${posix.join(dirname(file), path)}.ts`);
      return [file, [...new Set(imports)].filter((other) => files.includes(other))];
    }),
  );
}

/** Files that import each other, by whatever way: each circle once (Tarjan's strongly connected components). */
export function circlesOf(/** @type {Map<string, string[]>} */ imports) {
  /** @type {Map<string, { index: number, low: number, isOpen: boolean }>} */
  const seen = new Map();
  /** @type {string[]} */
  const open = [];
  /** @type {string[][]} */
  const circles = [];
  const visit = (/** @type {string} */ file) => {
    const state = { index: seen.size, low: seen.size, isOpen: true };
    seen.set(file, state);
    open.push(file);
    for (const other of imports.get(file) ?? []) {
      const known = seen.get(other) ?? visit(other);
      if (known.isOpen) state.low = Math.min(state.low, known.low);
    }
    if (state.low !== state.index) return state;
    const circle = open.splice(open.indexOf(file));
    for (const one of circle) /** @type {{ isOpen: boolean }} */ (seen.get(one)).isOpen = false;
    if (circle.length > 1) circles.push(circle.sort());
    return state;
  };
  for (const file of imports.keys()) if (!seen.has(file)) visit(file);
  return circles;
}

/** What imports what, as a drawing: the folders of core, or the files of one folder and what they import of others by its folder. */
function drawing(/** @type {Map<string, string[]>} */ imports, folder = "") {
  const roomOf = (/** @type {string} */ file) =>
    folder !== "" && file.startsWith(`${folder}/`) ? file.slice(folder.length + 1, -3) : (file.split("/")[0] ?? "");
  /** @type {Map<string, number>} */
  const arrows = new Map();
  for (const [file, others] of imports) {
    if (folder !== "" && !file.startsWith(`${folder}/`)) continue;
    for (const other of others) {
      const [from, to] = [roomOf(file), roomOf(other)];
      if (from === to || (folder !== "" && !other.startsWith(`${folder}/`))) continue;
      const arrow = `${from} --> ${to}`;
      arrows.set(arrow, (arrows.get(arrow) ?? 0) + 1);
    }
  }
  return ["flowchart TB", ...[...arrows.keys()].sort().map((arrow) => `  ${arrow}`)].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder = "", flag, other] = process.argv.slice(2);
  const imports = importsOf(join(flag === "--root" ? (other ?? root) : root, "packages/core/src"));
  console.log(drawing(imports, folder));
  for (const circle of circlesOf(imports)) console.log(`circle: ${circle.join(", ")}`);
}
