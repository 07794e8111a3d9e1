import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import * as nodeModule from "node:module";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { entryOfExecutable, isSingleExecutable } from "./single-executable.js";

/** Extensions and file names that a path on the command line may leave out, beyond those that `require.resolve` knows. */
const LEFT_OUT = [".mjs", ".cjs", ".ts", ".mts", ".cts", "/index.mjs"];

/** How Node names a program that is no file: given by `-e`, or on the standard input. */
const WITHOUT_FILE = /\/\[(eval\d*|stdin)\]$/;

/** Under this name no bundler takes it for a call that it is to replace by what it finds when it builds. */
const { createRequire: requireFrom } = nodeModule;

/** An `import()` of a literal specifier, in the text of a CommonJS module. */
const LITERAL_IMPORT = /\bimport\(\s*(["'`])([^"'`$]+)\1\s*[,)]/g;

/** An `import` or a `require()` of a literal path, for its effects. */
const LITERAL_LOAD = /\b(?:require\(\s*|import\s*\(?\s*)(["'`])(\.[^"'`$]+)\1/g;

/** One of a module that has `require` compile what it loads, such as `@babel/register` and `ts-node/register`. */
const REQUIRES_LOADER = /\brequire\(\s*(["'`])[^"'`]*\bregister\b[^"'`]*\1\s*\)/;

const COMMENT = /^#!.*|\/\*[\s\S]*?\*\/|\/\/.*$/gm;

/** A text of nothing but loads, without comments, as of a script that a package has for `npx`. */
const ONLY_LOADS =
  /^(?:\s|;|["']use strict["']|(?:import\s*|(?:await\s+)?import\(\s*|require\(\s*)["'][^"'\n]+["'](?:\s*\))?)+$/;

/** An entry that does no more than load the program is short. */
const MOST_BYTES = 16_384;

let urls: ReadonlySet<string> | undefined;

/**
 * Whether the module at `url` is the one that the program was started with:
 *
 * - the one that `node file` names, with or without its extension;
 * - the one that `node .` and `node folder` find by the folder's package.json;
 * - the one that PM2 names, that a short CommonJS entry imports, or that a single executable loads;
 * - the one that an entry loads which does nothing else, or registers a loader before.
 */
export function isEntry(url: string): boolean {
  if (WITHOUT_FILE.test(decodeURIComponent(new URL(url).pathname))) return true;
  urls ??= new Set(entryPaths().flatMap(urlsOf));
  return urls.has(url);
}

function entryPaths(): string[] {
  const [, command = ""] = process.argv;
  if (VITE_NODE.test(command)) return [entryOfViteNode()];
  if (isSingleExecutable()) return [entryOfExecutable()];
  // PM2 starts a script of its own, which then loads the program.
  const managed = process.env.pm_id === undefined ? undefined : process.env.pm_exec_path;
  return [managed, process.argv[1]].filter((path) => path !== undefined).map((path) => resolve(path));
}

/** The program of vite-node, by its command or its file. */
const VITE_NODE = /[\\/]vite-node(?:[\\/]dist[\\/]cli)?(?:\.mjs)?$/;

/** vite-node leaves the program's file out of `process.argv`, unless it is started with `--script`. The system still knows it. */
function entryOfViteNode(): string {
  let started: string[] = [];
  attempt(() => {
    started = readFileSync("/proc/self/cmdline", "utf8").split("\0");
  });
  const given = started
    .slice(started.findIndex((one) => VITE_NODE.test(one)) + 1)
    .find((one) => !one.startsWith("-") && existsSync(one));
  if (given === undefined)
    throw new Error("isMain cannot tell which file vite-node runs: start it as vite-node --script");
  return resolve(given);
}

/** The module's URLs, as it may know itself: by the path that was given, and by where links lead. */
function urlsOf(path: string): string[] {
  const found = new Set<string>([path]);
  attempt(() => found.add(requireFrom(`${path}/`).resolve(path)));
  for (const part of LEFT_OUT) attempt(() => found.add(realpathSync(path + part)));
  for (const each of [...found]) attempt(() => found.add(realpathSync(each)));
  return [...found].flatMap((file) => [pathToFileURL(file).href, ...loadedBy(file)]);
}

/** The modules that a short entry loads by literal specifiers, if it does nothing else, registers a loader, or calls `import()` in CommonJS. */
function loadedBy(file: string): string[] {
  const { mainModule } = process;
  const isCommonJs = mainModule?.filename === file;
  // The main module of CommonJS is undefined where the entry is an ES module.
  if (!isCommonJs && mainModule !== undefined) return [];
  let text = "";
  attempt(() => {
    if (statSync(file).size <= MOST_BYTES) text = readFileSync(file, "utf8").replace(COMMENT, "");
  });
  // Called where it may fail: ncc leaves no `createRequire` in a bundle.
  const resolve = (specifier: string): string => requireFrom(file).resolve(specifier);
  const urls: string[] = [];
  const add = (find: () => string): void => attempt(() => urls.push(pathToFileURL(realpathSync(find())).href));
  const byPath = (path: string): string => fileURLToPath(new URL(path, pathToFileURL(file)));
  if (isCommonJs) {
    for (const [, , specifier = ""] of text.matchAll(LITERAL_IMPORT)) {
      add(() => (specifier.startsWith(".") ? byPath(specifier) : resolve(specifier)));
    }
  }
  if (ONLY_LOADS.test(text) || (isCommonJs && REQUIRES_LOADER.test(text))) {
    for (const [, , path = ""] of text.matchAll(LITERAL_LOAD)) {
      add(() => (isCommonJs ? resolve(path) : byPath(path)));
      // TypeScript is imported by the name that it would be compiled to.
      add(() => byPath(path).replace(/js$/, "ts"));
    }
  }
  return urls;
}

/** Does what fails where there is no such file: then the entry was named in another way. */
function attempt(act: () => unknown): void {
  try {
    act();
  } catch {
    // Nothing by that name.
  }
}
