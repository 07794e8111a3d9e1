/**
 * Another commit beside what is built here: every row that Heddle takes part in, in turns on the same machine. Tells a change from noise by a
 * permutation test (simple-statistics) of the rounds' medians.
 *
 *     node compare.mjs <commit> [--rows "part of a name"] [--conditions quiet] [--rounds 12]
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { permutationTest } from "simple-statistics";
import { inChild } from "./instrument/child.mjs";
import { conditions } from "./instrument/conditions.mjs";
import { median } from "./instrument/figures.mjs";
import { rows } from "./rows/index.mjs";

/** A difference that chance gives less often than this is told as a change. */
const SIGNIFICANT = 0.01;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: "string", default: "" },
    conditions: { type: "string", default: "quiet" },
    rounds: { type: "string", default: "12" },
  },
});
const [commit] = positionals;
if (commit === undefined) throw new TypeError("Which commit? Such as: node compare.mjs main~5");

/** @param {string} cwd @param {string} command @param {readonly string[]} args */
const run = (cwd, command, ...args) => execFileSync(command, args, { cwd, stdio: ["ignore", "ignore", "inherit"] });

const root = fileURLToPath(new URL("..", import.meta.url));
const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const build =
  "pnpm install --frozen-lockfile --prefer-offline && pnpm turbo run build --filter @heddle/node-threads... --filter @heddle/node-processes...";
const folder = mkdtempSync(join(tmpdir(), "heddle-compare-"));
const before = join(folder, "before");
run(root, "git", "worktree", "add", "--detach", before, commit);
try {
  run(before, "npx", "--yes", "-p", packageManager, "-c", build);
  await compare();
} finally {
  run(root, "git", "worktree", "remove", "--force", before);
  rmSync(folder, { recursive: true, force: true });
}

async function compare() {
  const rounds = Number(options.rounds);
  const head = [`${rounds} rounds`, "condition", `${commit}, µs`, "now, µs", "now is", "by chance", ""];
  const table = new Table({ head, style: { head: [], border: [] } });
  const chosen = rows.filter(({ name }) => name.includes(options.rows));
  for (const { name, contenders } of chosen) {
    for (const contender of contenders.filter((one) => one.includes("/heddle"))) {
      for (const condition of Object.keys(conditions).filter((one) => one.includes(options.conditions))) {
        const [old, now] = await inTurns(name, contender, conditions[condition], rounds);
        // A commit may lack what a row needs.
        if (old.length === 0 || now.length === 0) continue;
        // Ratios count, and one slow round should not decide: hence logarithms.
        const chance = permutationTest(old.map(Math.log), now.map(Math.log));
        const ratio = median(old) / median(now);
        const verdict = chance >= SIGNIFICANT ? "no change" : ratio > 1 ? "FASTER" : "SLOWER";
        const figures = [median(old).toPrecision(3), median(now).toPrecision(3)];
        table.push([
          `${name} (${contender})`,
          condition,
          ...figures,
          `${ratio.toFixed(2)} × as fast`,
          chance.toFixed(3),
          verdict,
        ]);
      }
    }
  }
  console.log(table.toString());
}

/** The medians of the rounds, before and now: each comes first in every other round. */
async function inTurns(row, contender, { before: prefix, enter }, rounds) {
  const leave = await enter();
  const medians = [[], []];
  for (let round = 0; round < rounds; round++) {
    for (const which of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const env = which === 0 ? { HEDDLE_AT: before } : {};
      const measured = await inChild(row, contender, { before: prefix, env });
      if (measured !== undefined) medians[which].push(median(measured.times));
    }
  }
  leave();
  return medians;
}
