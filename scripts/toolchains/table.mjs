import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../run.mjs";
import { toolchains, toolsOf, verdictOf } from "./fixture.mjs";

/** @typedef {import("./fixture.mjs").Fixture} Fixture */

const document = join(root, "docs/toolchains.md");
const PLACE = /(<!-- fixtures: [^>]*-->\n).*(<!-- \/fixtures -->)/s;
const KINDS = /** @type {const} */ (["bundlers", "frameworks", "loaders", "test runners"]);
const TITLES = {
  bundlers: "Bundlers and executables",
  frameworks: "Frameworks",
  loaders: "TypeScript from source",
  "test runners": "Test runners",
};

/** @param {Fixture} fixture */
function versionsOf(fixture) {
  const manifest = join(toolchains, "tools", toolsOf(fixture), "package.json");
  const { dependencies } = JSON.parse(readFileSync(manifest, "utf8"));
  return fixture.packages.map((name) => `${name} ${dependencies[name]}`).join(", ");
}

/** @param {readonly string[]} cells */
const row = (cells) => `| ${cells.join(" | ")} |`;

/** @param {readonly Fixture[]} fixtures */
function sections(fixtures) {
  return KINDS.flatMap((kind) => {
    const rows = fixtures
      .filter((fixture) => fixture.kind === kind)
      .flatMap((fixture) =>
        fixture.cases.map((one) => {
          const remark = one.line ?? (one.refused === undefined ? "" : `“${one.refused.source}”`);
          return row([fixture.title, one.title, versionsOf(fixture), verdictOf(one), remark.replaceAll("|", "\\|")]);
        }),
      );
    if (rows.length === 0) return [];
    const head = ["tool", "set-up", "versions", "verdict", "the line, or the message"];
    return [`## ${TITLES[kind]}`, [row(head), row(head.map(() => "---")), ...rows].join("\n")];
  }).join("\n\n");
}

/** @param {readonly Fixture[]} fixtures */
function update(fixtures) {
  const text = readFileSync(document, "utf8");
  if (!PLACE.test(text)) throw new Error("docs/toolchains.md has no place for its tables");
  return { text, updated: text.replace(PLACE, (_, before, after) => `${before}\n${sections(fixtures)}\n\n${after}`) };
}

/** Whether docs/toolchains.md has what the fixtures say. @param {readonly Fixture[]} fixtures */
export function isUpToDate(fixtures) {
  const { text, updated } = update(fixtures);
  return text === updated;
}

/** Puts what the fixtures say into docs/toolchains.md. @param {readonly Fixture[]} fixtures */
export const writeTables = (fixtures) => writeFileSync(document, update(fixtures).updated);
