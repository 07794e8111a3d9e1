/**
 * `npm run bench` measures everything; `npm run bench -- quick` takes about two minutes. The other names are those of the files here:
 * `npm run bench -- compare main~5`.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [name = "all", ...args] = process.argv.slice(2);

/** @type {readonly (readonly string[])[]} */
const all = [
  ["run"],
  ["run", "--group", "scale", "--conditions", "quiet"],
  ["python"],
  ["codec"],
  ["contention"],
  ["memory"],
  ["growth"],
];
const chosen = name === "all" ? all : [name === "quick" ? ["run", "quick", ...args] : [name, ...args]];

for (const [program, ...settings] of chosen) {
  const file = fileURLToPath(new URL(`./${program}.mjs`, import.meta.url));
  if (!existsSync(file)) throw new TypeError(`There is no bench "${program}"`);
  const { status } = spawnSync(process.execPath, ["--expose-gc", file, ...settings], { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
