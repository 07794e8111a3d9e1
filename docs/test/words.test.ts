import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { it } from "vitest";

const root = join(import.meta.dirname, "../..");

/** A word that the code used to have for something, the term in its place, and where it means something else. */
interface Retired {
  readonly word: string;
  readonly term: string;
  /** Lines in which the word is that of others. */
  readonly except?: RegExp;
}

/** See docs/adr/0052-vocabulary.md, which alone may name them. */
const RETIRED: readonly Retired[] = [
  { word: "weaves?|weaving", term: "backend" },
  { word: "looms?", term: "backend" },
  { word: "servants?", term: "pool worker" },
  { word: "crews?", term: "worker set" },
  { word: "ledgers?", term: "queue state" },
  { word: "parcels?", term: "transferables", except: /Parcel|@parcel|parcel \d|\*\*parcel/ },
  {
    word: "bundles?",
    term: "reference set",
    // The output of bundlers is called so.
    except:
      /bundler|webpack|Rollup|esbuild|Vite|module|file|import|program|evaluat|class in every|adapter|gzip|koffi|kB|size|Bun|language|declarations/i,
  },
  { word: "pours?|poured", term: "pump" },
  { word: "dooms?|doomed", term: "quiesce" },
  { word: "bury|buries|buried", term: "owner death" },
  { word: "sweeps?|swept|sweepers?|sweeping", term: "recovery" },
  { word: "knock(?:s|ed|ing|ers?)?", term: "wake" },
  { word: "doorsteps?|side doors?", term: "wake socket" },
  { word: "stillborn", term: "failed to start" },
  { word: "mortals?", term: "crash injector" },
  { word: "births?", term: "startup info" },
];

/** Written by others, or before. */
const SKIPPED = new Set(["node_modules", "dist", "adr", ".turbo", "fixtures", "api"]);

function filesIn(folder: string, isWanted: (name: string) => boolean): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : filesIn(path, isWanted);
    return isWanted(entry.name) ? [path] : [];
  });
}

/** The guides that people read. */
const guides = (): string[] => [
  ...["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"].map((name) => join(root, name)),
  ...filesIn(join(root, "docs"), (name) => name.endsWith(".md")),
  ...["packages", "bench", "libraries", "toolchains", "apps"].flatMap((folder) =>
    filesIn(join(root, folder), (name) => name === "README.md"),
  ),
];

/** The sources of the packages, whose docstrings are looked at. */
const sources = (): string[] =>
  readdirSync(join(root, "packages")).flatMap((name) =>
    filesIn(join(root, "packages", name, "src"), (file) => file.endsWith(".ts")),
  );

/** The lines of a text that are within docstrings, the others empty. */
function docstringsIn(text: string): string[] {
  let isWithin = false;
  return text.split("\n").map((line) => {
    if (line.includes("/**")) isWithin = true;
    const kept = isWithin ? line : "";
    if (line.includes("*/")) isWithin = false;
    return kept;
  });
}

function retiredIn(path: string, lines: readonly string[]): string[] {
  return lines.flatMap((line, index) =>
    RETIRED.flatMap(({ word, term, except }) => {
      const [found] = new RegExp(`(?<![\\w-])(?:${word})(?![\\w-])`, "i").exec(line) ?? [];
      if (found === undefined || except?.test(line)) return [];
      return [`${relative(root, path)}:${index + 1}: "${found}" is now: ${term}`];
    }),
  );
}

it("guides use the terms of the glossary", () => {
  const found = guides().flatMap((path) => retiredIn(path, readFileSync(path, "utf8").split("\n")));
  assert.deepEqual(found, []);
});

it("docstrings use the terms of the glossary", () => {
  const found = sources().flatMap((path) => retiredIn(path, docstringsIn(readFileSync(path, "utf8"))));
  assert.deepEqual(found, []);
});

it("the glossary is in the order of the alphabet, with a line a term", () => {
  const rows = readFileSync(join(root, "docs/glossary.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| "));
  const terms = rows.slice(1).map((row) => row.split(" | ")[0]?.slice(2) ?? "");
  assert.deepEqual(
    terms,
    terms.toSorted((a, b) => a.localeCompare(b)),
  );
  assert.equal(new Set(terms).size, terms.length);
});
