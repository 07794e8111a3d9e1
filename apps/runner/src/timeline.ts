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
export function timeline(lives: readonly Life[], width: number): string[] {
  if (lives.length === 0) return [];
  const nameWidth = Math.max(...lives.map(({ worker }) => worker.length));
  const columns = Math.max(NARROWEST_BAR, width - nameWidth - 3);
  const total = Math.max(1, ...lives.map(({ alive }) => alive.to));
  const rows = lives.map((life) => `${life.worker.padEnd(nameWidth)}  ${bar(life, columns, total)}`);
  return [...rows, `${" ".repeat(nameWidth)}  ${axis(columns, total)}`, `${" ".repeat(nameWidth)}  ${legend()}`];
}

function bar(life: Life, columns: number, total: number): string {
  const cells = Array.from({ length: columns }, (_, column) => {
    const cell = { from: (column / columns) * total, to: ((column + 1) / columns) * total };
    if (!overlaps(life.alive, cell)) return NOBODY;
    // A wait is often short: what was held in the same stretch of time says more.
    if (life.holds.some((span) => overlaps(span, cell))) return HOLDING;
    if (life.waits.some((span) => overlaps(span, cell))) return WAITING;
    if (life.tasks.some((span) => overlaps(span, cell))) return RUNNING;
    return IDLE;
  });
  return paint(cells.join(""));
}

const overlaps = (a: Span, b: Span): boolean => a.from < b.to && a.to >= b.from;

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
  `${paint(RUNNING)} running  ${paint(HOLDING)} holding  ${paint(WAITING)} waiting  ${paint(IDLE)} nothing to do`;

export interface Outcome {
  readonly loom: string;
  readonly demo: string;
  readonly workers: number;
  readonly seconds: number;
  readonly isPassed: boolean;
}

/** What ran, with how many workers, how long, and how it ended. */
export function closingTable(outcomes: readonly Outcome[]): string {
  const table = new Table({ head: ["runtime", "demo", "workers", "time", "result"], style: { head: [], border: [] } });
  for (const { loom, demo, workers, seconds, isPassed } of outcomes) {
    const result = isPassed ? colors.green("ok") : colors.red("failed");
    table.push([loom, demo, { content: String(workers), hAlign: "right" }, `${seconds.toFixed(1)} s`, result]);
  }
  return table.toString();
}
