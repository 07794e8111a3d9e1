/**
 * How the cost of n things grows with n: it doubles until a million, and the exponent of each row is printed. 1 is linear. Fails if one is
 * above 1.15.
 *
 * Each size has a process of its own. It counts CPU time, of all its threads, as others use the machine as well; the best of three. The
 * exponent is the slope of a line through the upper half of the sizes, both on logarithmic scales. A row ends early where one size takes
 * longer than `--seconds` or the process fails for want of memory; the table says so.
 *
 *     node growth.mjs [--only names,timeouts] [--from 15625] [--to 1000000] [--rounds 3] [--seconds 60]
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { linearRegression } from "simple-statistics";
import { rows } from "./growth-rows.mjs";

const MOST = 1.15;

const { values: options, positionals } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    from: { type: "string", default: "15625" },
    to: { type: "string", default: "1000000" },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "60" },
  },
  allowPositionals: true,
});

/** CPU seconds of a row at one size, in this process. */
async function measured(name, n) {
  const act = await rows[name](n);
  globalThis.gc();
  const before = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** As {@link measured}, in a process of its own: the best of the rounds, or why there is none. */
function inChild(name, n) {
  const args = ["--expose-gc", "--max-old-space-size=8192", fileURLToPath(import.meta.url), name, String(n)];
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < Number(options.rounds); round++) {
    const { stdout, stderr, signal } = spawnSync(process.execPath, args, {
      encoding: "utf8",
      timeout: Number(options.seconds) * 10_000,
    });
    const seconds = Number(stdout.trim() || Number.NaN);
    if (Number.isNaN(seconds))
      return {
        why:
          signal ??
          stderr
            .trim()
            .split("\n")
            .find((line) => /error/i.test(line)),
      };
    best = Math.min(best, seconds);
    if (best > Number(options.seconds)) break;
  }
  return { best };
}

const exponentOf = (sizes) => linearRegression(sizes.map(({ n, best }) => [Math.log2(n), Math.log2(best)])).m;

function grown(name) {
  const sizes = [];
  let stop = "";
  for (let n = Number(options.from); n <= Number(options.to) && stop === ""; n *= 2) {
    const { best, why } = inChild(name, n);
    if (best === undefined) stop = `fails at ${n.toLocaleString("en-US")}: ${why}`;
    else sizes.push({ n, best });
    if (best > Number(options.seconds)) stop = `${n.toLocaleString("en-US")} took ${best.toFixed(0)} s`;
  }
  return { exponent: exponentOf(sizes.slice(Math.floor(sizes.length / 2))), sizes, stop };
}

const [row, n] = positionals;
if (row !== undefined) {
  console.log(await measured(row, Number(n)));
  process.exit();
}
const table = new Table({ head: ["n", "n at most", "µs each", "exponent", ""], style: { head: [], border: [] } });
for (const name of Object.keys(rows)) {
  if (options.only !== "" && !options.only.split(",").includes(name)) continue;
  const { exponent, sizes, stop } = grown(name);
  const last = sizes.at(-1);
  const isTooSteep = !(exponent <= MOST);
  if (isTooSteep) process.exitCode = 1;
  table.push([
    name,
    last?.n.toLocaleString("en-US") ?? "",
    sizes.map((size) => ((size.best / size.n) * 1e6).toFixed(2)).join(" "),
    exponent.toFixed(2),
    [isTooSteep ? "too steep" : "", stop].filter(Boolean).join("; "),
  ]);
  console.error(name, exponent.toFixed(2));
}
console.log(table.toString());
