// node scripts/prose.mjs [path …]: the sentences of docs, comments and messages that are too long, or that have "who" or "what" as a subject.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(import.meta.dirname, "..");

/** The most words that a sentence has. */
const MOST_WORDS = 25;

/** Written by tools or by others, or decisions, which are frozen. */
const SKIPPED = new Set(["node_modules", "dist", "adr", ".turbo", "api", "fixtures", "CHANGELOG.md"]);

/**
 * @typedef {object} Block Text that is read in one go: a paragraph, an item of a list, a cell of a table, a comment, a message.
 * @property {number} line Where it begins, counting from 1.
 * @property {string} text
 * @property {boolean} isCell
 */

/**
 * @typedef {object} Finding
 * @property {string} path
 * @property {number} line
 * @property {string} fault
 * @property {string} sentence
 */

/** The files with text for people at `path`, which is a file or a folder, in a fixed order. @param {string} path @returns {string[]} */
export function filesAt(path) {
  if (!statSync(path).isDirectory()) return /\.(?:md|ts|mts|js|mjs)$/.test(path) ? [path] : [];
  return readdirSync(path)
    .filter((name) => !SKIPPED.has(name))
    .toSorted()
    .flatMap((name) => filesAt(join(path, name)));
}

/** The faults of the files at `path`. @param {string} path @returns {Finding[]} */
export function faultsAt(path) {
  return filesAt(join(root, path)).flatMap((file) => {
    const text = readFileSync(file, "utf8");
    const blocks = file.endsWith(".md") ? blocksOfMarkdown(withoutCode(text), 1) : blocksOfSource(text);
    return blocks.flatMap((block) =>
      sentencesOf(block.text).flatMap((sentence) =>
        faultsOf(sentence, block.isCell).map((fault) => ({
          path: relative(root, file),
          line: block.line,
          fault,
          sentence,
        })),
      ),
    );
  });
}

/** @param {string} sentence @param {boolean} isCell whether it is in a table, where semicolons part items @returns {string[]} */
export function faultsOf(sentence, isCell) {
  const words = Math.max(...(isCell ? sentence.split("; ") : [sentence]).map(countWords));
  const faults = words > MOST_WORDS ? [`${words} words`] : [];
  // A question may begin with "what"; a heading or a cell of a few words is none of a sentence.
  if (sentence.endsWith("?") || words < 3) return faults;
  const subject =
    /(?:^|[.;:,(–] )["“(]?(who|whoever|what|whatever)\b|\b(?:and|but|or|so|that|than) (who|whoever)\b/i.exec(sentence);
  if (subject !== null) faults.push(`"${subject[1] ?? subject[2]}" begins a clause`);
  else if (/\bwho(?:so)?ever\b/i.test(sentence)) faults.push('"whoever"');
  return faults;
}

/** @param {string} text */
const countWords = (text) => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

/** @param {string} text @returns {string[]} */
export function sentencesOf(text) {
  return text
    .replace(/\b(?:e\.g|i\.e|cf|vs|etc|et al|Fig|No)\./g, (short) => short.slice(0, -1))
    .split(/(?<=[.!?][)"”*_`]*)\s+|(?<=…[)"”*_`]*)\s+(?=[^a-z\s])/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== "");
}

/** Code as one word, links as their text. @param {string} text */
export function plain(text) {
  return text
    .replace(/`[^`]*`/g, "Code")
    .replace(/\{@link (?:[^}|]*\|)?([^}]*)\}/g, (_, name) => name.trim().replace(/\s+/g, "·"))
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/https?:\/\/[^\s)]+/g, "link")
    .replace(/<[^>\n]*>/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** Empty lines in place of fenced code and of comments. @param {string} text */
export function withoutCode(text) {
  return text.replace(/^( *)(```|~~~)[\s\S]*?^\1\2|<!--[\s\S]*?-->/gm, (code) => code.replace(/[^\n]/g, ""));
}

/** @param {string} text @param {number} first the number of its first line @returns {Block[]} */
function blocksOfMarkdown(text, first) {
  /** @type {Block[]} */
  const blocks = [];
  /** @type {Block | undefined} */
  let open;
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    const isTable = line.startsWith("|");
    if (line === "" || isTable || /^(?:#|[-*] |\d+\. |@|>|~~~|```)/.test(line)) open = undefined;
    if (line === "" || line.startsWith("#") || /^\|[-:| ]+\|$/.test(line)) continue;
    // Indented code, drawings, and columns that spaces set apart.
    if ((open === undefined && raw.startsWith("    ")) || /[─│]| {3}/.test(line)) continue;
    if (isTable) {
      const cells = line.split(/(?<!\\)\|/).slice(1, -1);
      blocks.push(...cells.map((cell) => ({ line: first + index, text: cell, isCell: true })));
      continue;
    }
    if (open === undefined) {
      open = { line: first + index, text: "", isCell: false };
      blocks.push(open);
    }
    open.text += ` ${line
      .replace(/^(?:[-*>]|\d+\.) /, "")
      .replace(/^@(?:param|typeParam)(?: \{[^}]*\})? \S+/, "")
      .replace(/^@\w+/, "")}`;
  }
  return blocks.map((block) => ({ ...block, text: plain(block.text) })).filter(({ text }) => text !== "");
}

export const TOKENS =
  /(?<string>"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)|(?<block>\/\*[\s\S]*?\*\/)|(?<line>\/\/[^\n]*(?:\n[ \t]*\/\/[^\n]*)*)|\/(?![*/])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*(?=[\s.,;)\]])/g;

/** The comments and messages of a program. @param {string} source @returns {Block[]} */
function blocksOfSource(source) {
  return [...source.matchAll(TOKENS)].flatMap(({ groups, index }) => {
    const first = source.slice(0, index).split("\n").length;
    if (groups?.block !== undefined) {
      const text = groups.block.replace(/^\/\*+|\*\/$/g, "").replace(/^[ \t]*\* ?/gm, "");
      return blocksOfMarkdown(
        withoutCode(text.replace(/@example[\s\S]*?(?=\n@|$(?![\s\S]))/g, (code) => code.replace(/[^\n]/g, ""))),
        first,
      );
    }
    if (groups?.line !== undefined) return blocksOfMarkdown(groups.line.replace(/^[ \t]*\/\/[ ─-]*/gm, ""), first);
    const message =
      groups?.string
        ?.slice(1, -1)
        .replace(/\$\{[^}]*\}/g, "Code")
        .replace(/\\n|\n/g, "\n\n") ?? "";
    // Of fewer words it is a name, or a part of a sentence.
    return message.split(" ").length < 4 ? [] : blocksOfMarkdown(message, first);
  });
}

/** The paths that are read when nothing is named. */
const ALL = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "docs",
  "packages",
  "apps",
  "bench",
  "libraries",
  "scripts",
];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const named = process.argv.slice(2);
  const isShort = named[0] === "--count";
  const paths = named.slice(isShort ? 1 : 0);
  const found = (paths.length === 0 ? ALL : paths).flatMap(faultsAt);
  if (isShort) {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const { path } of found) counts.set(path, (counts.get(path) ?? 0) + 1);
    for (const [path, count] of counts) console.log(`${String(count).padStart(5)} ${path}`);
  } else {
    for (const { path, line, fault, sentence } of found) console.log(`${path}:${line}: ${fault}: ${sentence}`);
  }
  console.log(`${found.length} sentences`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
