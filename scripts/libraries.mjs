import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { leaving, libraries } from "../libraries/list.mjs";
import { GeneratedPart, row, table } from "./generated.mjs";
import { execute } from "./packing.mjs";
import { root } from "./run.mjs";
import { install } from "./toolchains/install.mjs";

/**
 * Runs the libraries of `libraries/list.mjs` in tasks, on threads and on processes, with the packages as they would be published. Then
 * compares docs/libraries.md with the list. Build before.
 *
 *     node scripts/libraries.mjs [part of a library's name] [--in folder] [--write]
 *
 * `--in` names a folder in which the libraries stay installed for the next time; `--write` writes the table of docs/libraries.md. The last
 * line is the sum.
 *
 * @import { Leaving, Library } from "../libraries/list.mjs"
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { in: { type: "string" }, write: { type: "boolean" } },
});
const [wanted = ""] = positionals;
const BACKENDS = { threads: "heddle", processes: "heddle/processes" };
/** Generous, as the machine may be busy; none needs more than some seconds. */
const SECONDS = 90;
const source = join(root, "libraries");
const part = new GeneratedPart("docs/libraries.md", "libraries");
const leavingPart = new GeneratedPart("docs/libraries.md", "leaving");
const WAYS = ["close", "recycled", "idle", "program"];

/** Why it is not as the list says; undefined if it is. @param {Library} library @param {string} backend @param {string} folder */
function whatIsWrong({ name, result, error, lost = [] }, backend, folder) {
  const args = ["-k", "5", String(SECONDS), process.execPath, "try.mjs", backend, `./modules/${name}.mjs`];
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

/** Which lines are missing after all pools and the program have ended; undefined if none is. @param {Leaving} what @param {string} backend @param {string} folder */
function whatIsLost({ name, lines }, backend, folder) {
  const written = mkdtempSync(join(folder, "written-"));
  try {
    const args = [
      "-k",
      "5",
      String(SECONDS),
      process.execPath,
      "leave.mjs",
      backend,
      `./leaving/${name}.mjs`,
      String(lines),
      written,
    ];
    const { status, stdout, stderr } = spawnSync("timeout", args, { cwd: folder, encoding: "utf8" });
    if (status !== 0 || stderr !== "") return `ended with ${status}\n${stderr}`;
    const files = WAYS.filter((way) => existsSync(join(written, way)));
    const text = [stdout, ...files.map((way) => readFileSync(join(written, way), "utf8"))].join("");
    const lost = WAYS.flatMap((way) => {
      const found = new Set([...text.matchAll(new RegExp(`\\b${way} (\\d+)\\b`, "g"))].map(([, number]) => number));
      return found.size === lines ? [] : [`${lines - found.size} of ${lines} by the end of ${way}`];
    });
    return lost.length === 0 ? undefined : `lost ${lost.join(", ")}`;
  } finally {
    rmSync(written, { recursive: true, force: true });
  }
}

/** better-sqlite3 has no binary in its package. Node's headers lie where Node was installed. @param {string} folder */
async function buildNative(folder) {
  if (existsSync(join(folder, "node_modules/better-sqlite3/build/Release/better_sqlite3.node"))) return;
  const headers = `--nodedir=${dirname(dirname(process.execPath))}`;
  await execute("npm", ["rebuild", "better-sqlite3", "--build-from-source", headers], folder);
}

/** The table of docs/libraries.md, as the list has it. */
function librariesTable() {
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
  return table(head, rows);
}

/** The work that tasks leave to the end of their worker. */
function leavingTable() {
  const head = ["library", "the work that the task leaves", "lines"];
  const rows = leaving.map(({ library, does, lines }) => row([library, does, String(lines)]));
  return table(head, rows);
}

if (values.write) {
  part.write(librariesTable());
  leavingPart.write(leavingTable());
}
const chosen = libraries.filter(({ name }) => name.includes(wanted));
const chosenLeaving = leaving.filter(({ name }) => name.includes(wanted));
let passed = 0;
let failed = 0;
/** @param {string | undefined} wrong @param {string} what */
function count(wrong, what) {
  console.log(`${wrong === undefined ? "ok    " : "FAILED"}  ${what}${wrong === undefined ? "" : `\n${wrong}`}`);
  if (wrong === undefined) passed++;
  else failed++;
}

/** @template Row @param {readonly Row[]} rows @param {string} what @param {(row: Row, backend: string) => string | undefined} check */
function tryAll(rows, what, check) {
  for (const row of rows) {
    for (const [kind, backend] of Object.entries(BACKENDS)) {
      const begun = performance.now();
      const wrong = check(row, backend);
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      count(wrong, `${/** @type {{ name: string }} */ (row).name}${what}, ${kind}  ${seconds} s`);
    }
  }
}

if (chosen.length + chosenLeaving.length > 0) {
  const { folder, remove } = await install("libraries", values.in, source);
  try {
    if ("better-sqlite3".includes(wanted)) await buildNative(folder);
    tryAll(chosen, "", (library, backend) => whatIsWrong(library, backend, folder));
    tryAll(chosenLeaving, ", left to the end", (what, backend) => whatIsLost(what, backend, folder));
  } finally {
    remove();
  }
}
if (!part.isUpToDate(librariesTable()) || !leavingPart.isUpToDate(leavingTable()))
  count("node scripts/libraries.mjs nothing --write", "docs/libraries.md is not what the list says");
for (const [folder, listed] of Object.entries({ modules: libraries, leaving })) {
  const modules = readdirSync(join(source, folder)).map((file) => file.replace(/\.mjs$/, ""));
  const unlisted = modules.filter((module) => !listed.some(({ name }) => name === module));
  if (unlisted.length > 0) count(unlisted.join(), `libraries/${folder} has modules that the list does not`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
