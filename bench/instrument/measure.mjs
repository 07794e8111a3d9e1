/**
 * One row with one of its contenders, in a process of its own: prints the times as JSON, with the CPU time and the memory that they took.
 *
 *     node instrument/measure.mjs "part of a row's name" threads/heddle
 */
import { readdirSync, readFileSync } from "node:fs";
import { rows } from "../rows/index.mjs";

/** Linux counts CPU time in hundredths of a second. */
const MS_PER_TICK = 10;
const PAGE_KB = 4;

const [rowName, contender] = process.argv.slice(2);
const row = rows.find(({ name }) => name === rowName);
if (row === undefined) throw new Error(`There is no row "${rowName}"`);

/** This process and all that it has started, as Linux knows them. */
function family() {
  const all = new Map();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ");
      all.set(Number(pid), {
        parent: Number(fields[1]),
        ticks: Number(fields[11]) + Number(fields[12]),
        rss: fields[21],
      });
    } catch {
      // It has ended meanwhile.
    }
  }
  const isOurs = (pid) => pid === process.pid || (all.has(pid) && pid > 1 && isOurs(all.get(pid).parent));
  return [...all].filter(([pid]) => isOurs(pid)).map(([, one]) => one);
}

const { name, open } = await import(`../peers/${contender}.mjs`);
const { times, close } = await row.measure(open);
const processes = family();
const sum = (numbers) => numbers.reduce((all, n) => all + Number(n), 0);
console.log(
  JSON.stringify({
    name,
    times,
    cpuMs: sum(processes.map(({ ticks }) => ticks)) * MS_PER_TICK,
    megabytes: Math.round((sum(processes.map(({ rss }) => rss)) * PAGE_KB) / 1024),
  }),
);
await close();
process.exit();
