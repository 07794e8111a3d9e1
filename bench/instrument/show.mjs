import Table from "cli-table3";

/** @param {number} us */
const shown = (us) =>
  us < 10 ? us.toPrecision(3) : us < 1000 ? us.toFixed(1) : Math.round(us).toLocaleString("en-US");

/**
 * The table of a row in one condition. Heddle's ratio to each other: over 1 it is faster.
 *
 * @param {string} row
 * @param {string} condition
 * @param {Record<string, import("./figures.mjs").Figures>} figures
 */
export function show(row, condition, figures) {
  const head = [`${row}; ${condition}`, "median", "lowest to highest", "p99", "most", "CPU ms", "MB", "heddle is"];
  const table = new Table({ head, style: { head: [], border: [] } });
  const own = figures.heddle;
  for (const [name, { median, lowest, highest, p99, most, cpuMs, megabytes }] of Object.entries(figures)) {
    const ratio = own === undefined || name === "heddle" ? "" : `${(median / own.median).toFixed(2)} × as fast`;
    table.push([
      name,
      shown(median),
      `${shown(lowest)} – ${shown(highest)}`,
      shown(p99),
      shown(most),
      cpuMs,
      megabytes,
      ratio,
    ]);
  }
  return table.toString();
}
