/**
 * Pools side by side: the same tasks in one run, pools of two, several rounds in each of which every library has its turn.
 * Machines are noisy, so what counts is the ratio of the medians.
 *
 *     node pools.mjs [--backend processes] [--rounds 7] [--only heddle,piscina]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import Table from "cli-table3";

const SIZE = 2;

const { values: options } = parseArgs({
  options: {
    backend: { type: "string", default: "threads" },
    rounds: { type: "string", default: "7" },
    only: { type: "string", default: "" },
  },
});
/** Whose pools there are on each backend. */
const rivals = {
  threads: ["heddle", "piscina", "tinypool", "workerpool", "poolifier"],
  processes: ["heddle", "tinypool", "workerpool", "poolifier"],
};
const names = rivals[options.backend].filter((name) => options.only === "" || options.only.split(",").includes(name));

const someRecord = { id: 1, name: "Ada", tags: ["a", "b", "c".repeat(900)] };

/** The measurements. Each gives a figure of which more is better (`rate`) or less (`time`). */
const scenarios = {
  "small tasks in a batch (tasks/s)": {
    kind: "rate",
    // New workers have everything to compile: a pool is used for longer than that.
    warmUp: (pool) => batch(pool, 20_000, (i) => ["add", [i, 1]]),
    measure: (pool) => batch(pool, 20_000, (i) => ["add", [i, 1]]),
  },
  "records of 1 kB in a batch (tasks/s)": {
    kind: "rate",
    measure: (pool) => batch(pool, 2000, () => ["record", [someRecord]]),
  },
  "100 µs tasks in a batch (tasks/s)": {
    kind: "rate",
    measure: (pool) => batch(pool, 2000, () => ["compute", [20_000]]),
  },
  "small tasks one at a time, half of them within (µs)": {
    kind: "time",
    // Earlier measurements have left everybody's garbage and habits behind: those pass first.
    warmUp: (pool) => oneAtATime(pool, 2000),
    measure: async (pool) => median(await oneAtATime(pool, 3000)),
  },
  "small tasks one at a time, on average (µs)": {
    kind: "time",
    measure: async (pool) => mean(await oneAtATime(pool, 3000)),
  },
};

async function batch(pool, count, call) {
  const start = performance.now();
  await Promise.all(Array.from({ length: count }, (_, i) => pool.run(...call(i))));
  return count / ((performance.now() - start) / 1000);
}

/** How long each took, in µs. */
async function oneAtATime(pool, count) {
  const times = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await pool.run("add", [i, 1]);
    times.push((performance.now() - start) * 1000);
  }
  return times;
}

const mean = (numbers) => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

const versionOf = (name) => {
  if (name === "heddle") return "this";
  const entry = createRequire(import.meta.url).resolve(name);
  return createRequire(entry)(`${entry.slice(0, entry.lastIndexOf(`/${name}/`))}/${name}/package.json`).version;
};

const peers = await Promise.all(names.map((name) => import(`./peers/${options.backend}/${name}.mjs`)));
const figures = Object.fromEntries(
  Object.keys(scenarios).map((s) => [s, Object.fromEntries(names.map((n) => [n, []]))]),
);

for (let round = 0; round <= Number(options.rounds); round++) {
  // The first of one round comes later in the next.
  const order = peers.map((_, i) => peers[(i + round) % peers.length]);
  for (const peer of order) {
    const pool = peer.open(SIZE);
    for (const [scenario, { warmUp, measure }] of Object.entries(scenarios)) {
      await warmUp?.(pool);
      const figure = await measure(pool);
      // The first round warms up.
      if (round > 0) figures[scenario][peer.name].push(figure);
    }
    await pool.close();
  }
}

const machine = `${cpus()[0]?.model.trim()}, ${availableParallelism()} CPUs, Node ${process.version}`;
console.log(`${machine}; pools of ${SIZE} ${options.backend}, ${options.rounds} rounds, medians (lowest to highest)`);
for (const [scenario, { kind }] of Object.entries(scenarios)) {
  const medians = Object.fromEntries(names.map((name) => [name, median(figures[scenario][name])]));
  const table = new Table({ head: [scenario, "median", "range", "heddle is"], style: { head: [], border: [] } });
  for (const name of names) {
    const ratio = kind === "rate" ? medians.heddle / medians[name] : medians[name] / medians.heddle;
    const range = [Math.min(...figures[scenario][name]), Math.max(...figures[scenario][name])];
    const digits = kind === "rate" ? 0 : 1;
    table.push([
      `${name} ${versionOf(name)}`,
      medians[name].toFixed(digits),
      range.map((n) => n.toFixed(digits)).join(" – "),
      name === "heddle" || medians.heddle === undefined ? "" : `${ratio.toFixed(1)} × faster`,
    ]);
  }
  console.log(table.toString());
}
mkdirSync(new URL("./results/", import.meta.url), { recursive: true });
writeFileSync(
  new URL(`./results/pools-${options.backend}.json`, import.meta.url),
  JSON.stringify(
    {
      machine,
      date: new Date().toISOString().slice(0, 10),
      versions: Object.fromEntries(names.map((name) => [name, versionOf(name)])),
      figures,
    },
    null,
    2,
  ),
);
