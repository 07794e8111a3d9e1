import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

/**
 * Draws the README's chart of what `run.mjs` measured last on a quiet machine, for pages with a light and with a dark background; and, if the
 * group `scale` was measured, how the cost grows.
 *
 *     node chart.mjs
 */

/**
 * @import { Figures } from "./instrument/figures.mjs"
 * @typedef {{ row: string, condition: string, point?: { series: string, x: number }, figures: Record<string, Figures> }} Result
 * @typedef {{ machine: string, date: string, results: Result[] }} Results
 */

/** @param {string} group @returns {Results | undefined} */
function resultsOf(group) {
  const file = new URL(`./results/${group}.json`, import.meta.url);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

const themes = {
  light: { text: "#1f2328", faint: "#59636e", own: "#0969da", other: "#afb8c1" },
  dark: { text: "#f0f6fc", faint: "#9198a1", own: "#4493f8", other: "#656c76" },
};

/** The rows that are drawn, in order; in the first two more is better. */
const panels = [
  { row: "small tasks in a batch, threads", title: "Small tasks in a batch, tasks per second", isRate: true },
  { row: "records of 1 kB in a batch", title: "Records of 1 kB in a batch, tasks per second", isRate: true },
  {
    row: "small tasks one at a time, threads",
    title: "One small task at a time, µs (shorter is better)",
    isRate: false,
  },
];

const [WIDTH, LABEL, ROW, HEAD] = [760, 190, 22, 34];
const LONGEST = WIDTH - LABEL - 90;

const inWords = (n) => (n < 100 ? n.toFixed(1) : Math.round(n).toLocaleString("en-US"));

/** @param {string} body @param {number} height @param {string} title */
const svg = (body, height, title) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13" role="img">
<title>${title}</title>
${body}
</svg>
`;

/** @param {string} words @param {number} y @param {typeof themes.light} theme */
const note = (words, y, theme) => `<text x="0" y="${y}" font-size="11" fill="${theme.faint}">${words}</text>`;

/** A bar for each library. @param {Results} measured @param {(typeof panels)[number]} panel @param {number} top @param {typeof themes.light} theme */
function panelOf({ results }, { row, title, isRate }, top, theme) {
  const found = results.find((result) => result.row === row && result.condition === "quiet");
  const bars = Object.entries(found?.figures ?? {}).map(([name, { median }]) => ({
    name,
    value: isRate ? 1e6 / median : median,
  }));
  const longest = Math.max(...bars.map(({ value }) => value));
  const drawn = bars.map(({ name, value }, n) => {
    const [y, length] = [top + HEAD + n * ROW, Math.max(1, (value / longest) * LONGEST)];
    const fill = name === "heddle" ? theme.own : theme.other;
    return `<text x="${LABEL - 8}" y="${y + 12}" text-anchor="end" fill="${theme.text}">${name}</text>
<rect x="${LABEL}" y="${y}" width="${length.toFixed(1)}" height="${ROW - 6}" rx="2" fill="${fill}"/>
<text x="${LABEL + length + 6}" y="${y + 12}" fill="${theme.faint}">${inWords(value)}</text>`;
  });
  const head = `<text x="0" y="${top + 20}" font-weight="600" fill="${theme.text}">${title}</text>`;
  return { drawn: [head, ...drawn].join("\n"), bottom: top + HEAD + bars.length * ROW + 8 };
}

/** @param {Results} measured @param {typeof themes.light} theme */
function barsOf(measured, theme) {
  const drawn = [];
  let top = 0;
  for (const panel of panels) {
    const one = panelOf(measured, panel, top, theme);
    drawn.push(one.drawn);
    top = one.bottom;
  }
  drawn.push(note(`Pools of two threads, medians; ${measured.machine}; ${measured.date}`, top + 16, theme));
  return svg(drawn.join("\n"), top + 24, "Pools of two threads side by side");
}

const PLOT = 170;
/** Where a value stands between the least and the most, on a scale of powers. */
const along = (value, least, most) => (least === most ? 0 : Math.log(value / least) / Math.log(most / least));

/** A line for each library, on scales of powers. @param {Result[]} points @param {number} top @param {typeof themes.light} theme */
function linesOf(points, top, theme) {
  const names = Object.keys(points[0]?.figures ?? {});
  const xs = points.map(({ point }) => point?.x ?? 1);
  const all = points.flatMap(({ figures }) => Object.values(figures).map(({ median }) => median));
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const xOf = (x) => LABEL + along(x, xs[0], xs.at(-1)) * LONGEST;
  const yOf = (y) => top + HEAD + PLOT - along(y, least, most) * PLOT;
  const lines = names.map((name, n) => {
    const path = points.flatMap(({ figures }, i) =>
      figures[name] === undefined ? [] : [`${xOf(xs[i]).toFixed(1)},${yOf(figures[name].median).toFixed(1)}`],
    );
    const isOwn = name === "heddle";
    const stroke = `stroke="${isOwn ? theme.own : theme.other}" stroke-width="${isOwn ? 2.5 : 1.5}" stroke-dasharray="${isOwn ? "" : 2 + 4 * n}"`;
    const legend = `<line x1="0" x2="30" y1="${top + 50 + n * ROW}" y2="${top + 50 + n * ROW}" ${stroke}/>
<text x="36" y="${top + 54 + n * ROW}" fill="${theme.text}">${name}</text>`;
    return `<polyline points="${path.join(" ")}" fill="none" ${stroke}/>\n${legend}`;
  });
  const ends = xs.map(
    (x) =>
      `<text x="${xOf(x)}" y="${top + HEAD + PLOT + 16}" text-anchor="middle" font-size="10" fill="${theme.faint}">${x >= 1000 ? x.toExponential(0) : x}</text>`,
  );
  const sides = [least, most].map(
    (y) =>
      `<text x="${LABEL - 8}" y="${yOf(y) + 4}" text-anchor="end" font-size="10" fill="${theme.faint}">${inWords(y)}</text>`,
  );
  return [...lines, ...ends, ...sides].join("\n");
}

/** @param {Results} measured @param {typeof themes.light} theme */
function growthOf({ machine, date, results }, theme) {
  const series = new Map();
  for (const result of results) {
    const name = result.point?.series ?? "";
    series.set(name, [...(series.get(name) ?? []), result]);
  }
  const height = HEAD + PLOT + 30;
  const drawn = Array.from(series, ([name, points], n) => {
    const head = `<text x="0" y="${n * height + 20}" font-weight="600" fill="${theme.text}">Time of each in µs, by the number of: ${name}</text>`;
    return `${head}\n${linesOf(points, n * height, theme)}`;
  });
  const bottom = series.size * height;
  drawn.push(
    note(
      `Pools of two threads but for the second; both scales of powers; medians; ${machine}; ${date}`,
      bottom + 16,
      theme,
    ),
  );
  return svg(drawn.join("\n"), bottom + 24, "How the cost grows");
}

const folder = new URL("../docs/images/", import.meta.url);
mkdirSync(folder, { recursive: true });
const drawings = { pools: [resultsOf("suite"), barsOf], growth: [resultsOf("scale"), growthOf] };
for (const [file, [measured, draw]] of Object.entries(drawings)) {
  if (measured === undefined) continue;
  for (const [name, theme] of Object.entries(themes))
    writeFileSync(new URL(`${file}-${name}.svg`, folder), draw(measured, theme));
}
