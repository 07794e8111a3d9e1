import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GeneratedPart, row, table } from "../generated.mjs";
import { toolchains, toolsOf, verdictOf } from "./fixture.mjs";

/** @typedef {import("./fixture.mjs").Fixture} Fixture */

const part = new GeneratedPart("docs/toolchains.md", "fixtures");
const KINDS = /** @type {const} */ (["launchers", "bundlers", "frameworks", "loaders", "test runners"]);
const TITLES = {
  launchers: "Launchers",
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

/** @param {readonly Fixture[]} fixtures */
function sections(fixtures) {
  return KINDS.flatMap((kind) => {
    const rows = fixtures
      .filter((fixture) => fixture.kind === kind)
      .flatMap((fixture) =>
        fixture.cases.map((one) => {
          const remark = one.line ?? (one.refused === undefined ? "" : `“${one.refused.source}”`);
          return row([fixture.title, one.title, versionsOf(fixture), verdictOf(one), remark]);
        }),
      );
    if (rows.length === 0) return [];
    const head = ["tool", "set-up", "versions", "verdict", "the line, or the message"];
    return [`## ${TITLES[kind]}`, table(head, rows)];
  }).join("\n\n");
}

/** Whether docs/toolchains.md has what the fixtures say. @param {readonly Fixture[]} fixtures */
export const isUpToDate = (fixtures) => part.isUpToDate(sections(fixtures));

/** Puts what the fixtures say into docs/toolchains.md. @param {readonly Fixture[]} fixtures */
export const writeTables = (fixtures) => part.write(sections(fixtures));
