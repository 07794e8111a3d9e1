import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

/**
 * Draws the README's chart, for pages with a light and with a dark background, of what `pools.mjs` measured last.
 *
 *     node chart.mjs
 */

/** @type {{ machine: string, date: string, versions: Record<string, string>, figures: Record<string, Record<string, number[]>> }} */
const { machine, date, versions, figures } = JSON.parse(
  readFileSync(new URL("./results/pools-threads.json", import.meta.url), "utf8"),
);

const themes = {
  light: { text: "#1f2328", faint: "#59636e", own: "#0969da", other: "#afb8c1" },
  dark: { text: "#f0f6fc", faint: "#9198a1", own: "#4493f8", other: "#656c76" },
};

/** The scenarios that are drawn, in order, and how each is called. */
const panels = [
  { scenario: "small tasks in a batch (tasks/s)", title: "Small tasks in a batch, tasks per second" },
  { scenario: "records of 1 kB in a batch (tasks/s)", title: "Records of 1 kB in a batch, tasks per second" },
  {
    scenario: "small tasks one at a time, half of them within (µs)",
    title: "One small task at a time, µs (shorter is better)",
  },
];

const [WIDTH, LABEL, ROW, HEAD] = [760, 130, 22, 34];
const LONGEST = WIDTH - LABEL - 90;

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const inWords = (n) => (n < 100 ? n.toFixed(1) : Math.round(n).toLocaleString("en-US"));

/** One scenario: a bar for each library. @param {(typeof panels)[number]} panel @param {number} top @param {typeof themes.light} theme */
function panelOf({ scenario, title }, top, theme) {
  const medians = Object.entries(figures[scenario]).map(([name, rounds]) => ({ name, value: median(rounds) }));
  const longest = Math.max(...medians.map(({ value }) => value));
  const bars = medians.map(({ name, value }, n) => {
    const [y, length] = [top + HEAD + n * ROW, Math.max(1, (value / longest) * LONGEST)];
    const label = name === "heddle" ? "heddle" : `${name} ${versions[name]}`;
    const fill = name === "heddle" ? theme.own : theme.other;
    return `<text x="${LABEL - 8}" y="${y + 12}" text-anchor="end" fill="${theme.text}">${label}</text>
<rect x="${LABEL}" y="${y}" width="${length.toFixed(1)}" height="${ROW - 6}" rx="2" fill="${fill}"/>
<text x="${LABEL + length + 6}" y="${y + 12}" fill="${theme.faint}">${inWords(value)}</text>`;
  });
  return `<text x="0" y="${top + 20}" font-weight="600" fill="${theme.text}">${title}</text>\n${bars.join("\n")}`;
}

function chartOf(theme) {
  const height = (panel) => HEAD + Object.keys(figures[panel.scenario]).length * ROW + 8;
  const tops = panels.map((_, n) => panels.slice(0, n).reduce((sum, panel) => sum + height(panel), 0));
  const bottom = panels.reduce((sum, panel) => sum + height(panel), 0);
  const rounds = figures[panels[0].scenario].heddle.length;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 24}" font-family="system-ui, sans-serif" font-size="13" role="img">
<title>Pools of two threads side by side</title>
${panels.map((panel, n) => panelOf(panel, tops[n], theme)).join("\n")}
<text x="0" y="${bottom + 16}" font-size="11" fill="${theme.faint}">Pools of two threads, medians of ${rounds} rounds in one run; ${machine}; ${date}</text>
</svg>
`;
}

const folder = new URL("../docs/images/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, theme] of Object.entries(themes)) writeFileSync(new URL(`pools-${name}.svg`, folder), chartOf(theme));
