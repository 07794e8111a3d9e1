import Table from "cli-table3";
import colors from "picocolors";
import type { Life, Span } from "./events.js";

const RUNNING = "█";
const HOLDING = "▓";
const WAITING = "░";
const IDLE = "·";
const NOBODY = " ";

const NARROWEST_BAR = 20;

/** A row of characters for each worker over one axis of time, as many as fit beside the names. */
export function timeline(lifetimes: readonly Life[], width: number): string[] {
  if (lifetimes.length === 0) return [];
  const nameWidth = Math.max(...lifetimes.map(({ worker }) => worker.length));
  const columns = Math.max(NARROWEST_BAR, width - nameWidth - 3);
  const total = Math.max(1, ...lifetimes.map(({ alive }) => alive.to));
  const grid = Array.from({ length: columns }, (_, column) =>
    cellsOf(lifetimes, { from: (column / columns) * total, to: ((column + 1) / columns) * total }),
  );
  const rows = lifetimes.map(
    ({ worker }, i) => `${worker.padEnd(nameWidth)}  ${paint(grid.map((cells) => cells[i]).join(""))}`,
  );
  const margin = " ".repeat(nameWidth);
  return [...rows, `${margin}  ${axis(columns, total)}`, `${margin}  ${legend()}`];
}

/** The activity of each worker within one column. */
function cellsOf(lifetimes: readonly Life[], column: Span): string[] {
  const holders = holdersIn(lifetimes, column);
  return lifetimes.map((life) => {
    const isWithin = (span: Span): boolean =>
      overlap(span, column) > 0 || (span.from >= column.from && span.to < column.to);
    if (holders.has(life)) return HOLDING;
    // A hold that is too short to be shown comes out of a wait, most often.
    if (life.waits.some(isWithin) || life.holds.some(isWithin)) return WAITING;
    if (life.tasks.some(isWithin)) return RUNNING;
    return isWithin(life.alive) ? IDLE : NOBODY;
  });
}

/**
 * The workers that are shown as holders in a column, in which a lock may have gone from worker to worker many times. Of each object these
 * are as many as held it at once on average, at least one: those that held it longest. So a lock never has two in one column.
 */
function holdersIn(lifetimes: readonly Life[], column: Span): Set<Life> {
  const times = new Map<string, Map<Life, number>>();
  for (const life of lifetimes) {
    for (const hold of life.holds) {
      const time = overlap(hold, column);
      if (time <= 0) continue;
      const byLife = times.get(hold.object) ?? new Map<Life, number>();
      times.set(hold.object, byLife.set(life, (byLife.get(life) ?? 0) + time));
    }
  }
  const shown = new Set<Life>();
  for (const byLife of times.values()) {
    const longest = [...byLife].sort(([, a], [, b]) => b - a);
    const sum = longest.reduce((all, [, time]) => all + time, 0);
    const atOnce = Math.max(1, Math.round(sum / (column.to - column.from)));
    for (const [life] of longest.slice(0, atOnce)) shown.add(life);
  }
  return shown;
}

const overlap = (a: Span, b: Span): number => Math.min(a.to, b.to) - Math.max(a.from, b.from);

const paint = (cells: string): string =>
  cells
    .replace(/█+/g, (run) => colors.green(run))
    .replace(/▓+/g, (run) => colors.magenta(run))
    .replace(/░+/g, (run) => colors.yellow(run))
    .replace(/·+/g, (run) => colors.dim(run));

function axis(columns: number, total: number): string {
  const end = `${(total / 1000).toFixed(2)} s`;
  return colors.dim(`0${" ".repeat(Math.max(1, columns - 1 - end.length))}${end}`);
}

const legend = (): string =>
  `${paint(RUNNING)} running  ${paint(HOLDING)} holding, longest in its column  ${paint(WAITING)} waiting  ${paint(IDLE)} idle`;

export interface Outcome {
  readonly demo: string;
  readonly workers: number;
  readonly seconds: number;
  readonly isPassed: boolean;
}

/** The run, with how many workers, how long, and how it ended. */
export function closingTable(outcomes: readonly Outcome[]): string {
  const table = new Table({ head: ["demo", "workers", "time", "result"], style: { head: [], border: [] } });
  for (const { demo, workers, seconds, isPassed } of outcomes) {
    const result = isPassed ? colors.green("ok") : colors.red("failed");
    table.push([demo, { content: String(workers), hAlign: "right" }, `${seconds.toFixed(1)} s`, result]);
  }
  return table.toString();
}
