/**
 * Heddle beside its peers: every row of `rows/`, in every condition, several rounds of each in rotation. Each measurement has a process of
 * its own. Prints tables; writes `results/suite.json`, or the group's.
 *
 *     node run.mjs [quick] [--rows "part of a name"] [--only "part of a contender"] [--conditions quiet,one] [--rounds 5] [--group scale]
 *
 * `quick` measures the quiet machine only, in one round.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import { inChild } from "./instrument/child.mjs";
import { conditions } from "./instrument/conditions.mjs";
import { figuresOf } from "./instrument/figures.mjs";
import { show } from "./instrument/show.mjs";
import { groups } from "./rows/index.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    group: { type: "string", default: "suite" },
    rows: { type: "string", default: "" },
    only: { type: "string", default: "" },
    conditions: { type: "string" },
    rounds: { type: "string" },
  },
});
const isQuick = positionals.includes("quick");
const rounds = Number(options.rounds ?? (isQuick ? 1 : 5));
const chosen = (options.conditions ?? (isQuick ? "quiet" : "quiet,busy,one")).split(",");

const machine = `${cpus()[0]?.model.trim()}, ${availableParallelism()} CPUs, Node ${process.version}`;
console.log(`${machine}; pools of two; ${rounds} rounds; times of an operation in µs`);

const results = [];
for (const { name: row, contenders, point } of groups[options.group].filter(({ name }) =>
  name.includes(options.rows),
)) {
  const taking = contenders.filter((name) => name.includes(options.only) || name.includes("/heddle"));
  for (const [condition, { before, enter }] of Object.entries(conditions)) {
    if (!chosen.some((part) => condition.includes(part))) continue;
    const leave = await enter();
    const measured = new Map(taking.map((name) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      // The first of one round comes later in the next.
      const order = taking.map((_, i) => taking[(i + round) % taking.length]);
      for (const contender of order) {
        const one = await inChild(row, contender, { before });
        if (one !== undefined && one.times.length > 0) measured.get(contender).push(one);
      }
    }
    leave();
    const contended = [...measured.values()].filter((all) => all.length > 0);
    const figures = Object.fromEntries(contended.map((all) => [all[0].name, figuresOf(all)]));
    results.push({ row, condition, point, figures });
    console.log(show(row, condition, figures));
  }
}
mkdirSync(new URL("./results/", import.meta.url), { recursive: true });
const date = new Date().toISOString().slice(0, 10);
writeFileSync(
  new URL(`./results/${options.group}.json`, import.meta.url),
  JSON.stringify({ machine, date, results }, null, 2),
);
