import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { root } from "./run.mjs";

/**
 * Which files of core one operation runs through, on threads of Node: V8 counts the calls of each function meanwhile.
 *
 *     node scripts/paths.mjs [another checkout]
 *
 * @typedef {object} Path files below packages/core/src, each once
 * @property {string[]} files all that ran
 * @property {string[]} way those on the stacks on which a call was handed on: to shared memory, to a later turn, to the task, to the program
 *
 * @typedef {Record<string, Path>} Paths by the operation
 */

/** @type {Record<string, string>} */
const packages = { core: "index.js", "node-host": "index.js", "node-threads": "adapter.js" };

/** @returns {Paths} */
export function measurePaths(checkout = root) {
  const folder = mkdtempSync(join(tmpdir(), "heddle-paths-"));
  try {
    for (const [name, main] of Object.entries(packages))
      transpile(join(checkout, "packages", name, "src"), main, join(folder, "node_modules/@heddle", name));
    cpSync(fileURLToPath(new URL("paths/probe.mjs", import.meta.url)), join(folder, "probe.mjs"));
    return JSON.parse(execFileSync(process.execPath, [join(folder, "probe.mjs")], { encoding: "utf8" }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Each source as a file of its own, so that V8 tells them apart.
 *
 * @param {string} source @param {string} main @param {string} target
 */
function transpile(source, main, target) {
  const entryPoints = readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(source, file));
  buildSync({
    entryPoints,
    outbase: source,
    outdir: join(target, "src"),
    format: "esm",
    target: "node20",
    define: { HEDDLE_VERSION: '"0"' },
  });
  const exports = { ".": `./src/${main}`, "./surface": "./src/backend/surface.js" };
  const imports = { "#parser": "./parser.js" };
  // Nothing here parses a program.
  writeFileSync(join(target, "parser.js"), "export const parse = undefined;");
  writeFileSync(join(target, "package.json"), JSON.stringify({ type: "module", exports, imports }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [operation, { files, way }] of Object.entries(measurePaths(process.argv[2]))) {
    const asked = files.filter((file) => !way.includes(file));
    console.log(`${operation}: ${way.length} files on the way, ${files.length} in all`);
    console.log(`  ${way.join("\n  ")}\n  asked: ${asked.join(", ")}`);
  }
}
