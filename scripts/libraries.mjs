import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { libraries } from "../libraries/list.mjs";
import { GeneratedPart, row } from "./generated.mjs";
import { execute } from "./packing.mjs";
import { root } from "./run.mjs";
import { install } from "./toolchains/install.mjs";

/**
 * Runs the libraries of `libraries/list.mjs` in tasks, on threads and on processes, with the packages as they would be published, and holds
 * docs/libraries.md against the list. Build before.
 *
 *     node scripts/libraries.mjs [part of a library's name] [--in folder] [--write]
 *
 * `--in` names a folder in which the libraries stay installed for the next time; `--write` writes the table of docs/libraries.md. The last
 * line is the sum.
 *
 * @import { Library } from "../libraries/list.mjs"
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { in: { type: "string" }, write: { type: "boolean" } },
});
const [wanted = ""] = positionals;
const LOOMS = { threads: "heddle", processes: "heddle/processes" };
/** Generous, as the machine may be busy; none needs more than some seconds. */
const SECONDS = 90;
const source = join(root, "libraries");
const part = new GeneratedPart("docs/libraries.md", "libraries");

/** Why it is not as the list says; undefined if it is. @param {Library} library @param {string} loom @param {string} folder */
function whatIsWrong({ name, result, error, lost = [] }, loom, folder) {
  const args = ["-k", "5", String(SECONDS), process.execPath, "try.mjs", loom, `./modules/${name}.mjs`];
  const { status, stdout, stderr } = spawnSync("timeout", args, { cwd: folder, encoding: "utf8" });
  const text = `${stdout}${stderr}`;
  if (status === 124) return `did not end within ${SECONDS} s\n${text}`;
  if (status !== 0) return `ended with ${status}\n${text}`;
  if (stderr !== "") return `printed to stderr\n${text}`;
  const found = JSON.parse(stdout);
  if (found.result !== result) return `gave ${found.result}, not ${result}`;
  if (typeof error === "string" ? found.error !== error : !error.test(found.error))
    return `failed with ${found.error}, not ${error}`;
  if (found.lost.join() !== lost.join()) return `its error lost ${found.lost.join() || "nothing"}`;
  return undefined;
}

/** better-sqlite3 has no binary in its package. Node's headers lie where Node was installed. @param {string} folder */
async function buildNative(folder) {
  if (existsSync(join(folder, "node_modules/better-sqlite3/build/Release/better_sqlite3.node"))) return;
  const headers = `--nodedir=${dirname(dirname(process.execPath))}`;
  await execute("npm", ["rebuild", "better-sqlite3", "--build-from-source", headers], folder);
}

/** The table of docs/libraries.md, as the list has it. */
function table() {
  const { dependencies } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
  /** @param {string} text */
  const code = (text) => (text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``);
  const rows = libraries.map(({ packages, does, result, error }) =>
    row([
      packages.map((name) => `${name} ${dependencies[name]}`).join(", "),
      does,
      code(result),
      code(
        typeof error === "string"
          ? error
          : error.source
              .replace(/^\^/, "")
              .replaceAll(/\.\*|\\d\+/g, "…")
              .replaceAll("\\", ""),
      ),
    ]),
  );
  const head = ["library", "the task", "its result", "an error of the library"];
  return [row(head), row(head.map(() => "---")), ...rows].join("\n");
}

if (values.write) part.write(table());
const chosen = libraries.filter(({ name }) => name.includes(wanted));
let passed = 0;
let failed = 0;
/** @param {string | undefined} wrong @param {string} what */
function count(wrong, what) {
  console.log(`${wrong === undefined ? "ok    " : "FAILED"}  ${what}${wrong === undefined ? "" : `\n${wrong}`}`);
  if (wrong === undefined) passed++;
  else failed++;
}

if (chosen.length > 0) {
  const { folder, remove } = await install("libraries", values.in, source);
  try {
    if (chosen.some(({ name }) => name === "better-sqlite3")) await buildNative(folder);
    for (const library of chosen) {
      for (const [kind, loom] of Object.entries(LOOMS)) {
        const begun = performance.now();
        const wrong = whatIsWrong(library, loom, folder);
        const seconds = ((performance.now() - begun) / 1000).toFixed(1);
        count(wrong, `${library.name}, ${kind}  ${seconds} s`);
      }
    }
  } finally {
    remove();
  }
}
if (!part.isUpToDate(table()))
  count("node scripts/libraries.mjs nothing --write", "docs/libraries.md is not what the list says");
const modules = readdirSync(join(source, "modules")).map((file) => file.replace(/\.mjs$/, ""));
const unlisted = modules.filter((module) => !libraries.some(({ name }) => name === module));
if (unlisted.length > 0) count(unlisted.join(), "libraries/modules has modules that the list does not");
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
