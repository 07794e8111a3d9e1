import * as nodeModule from "node:module";
import { resolve } from "node:path";

/** The advice for a single executable: workers load the program's file, and a module in the executable is none. */
export const LOAD_A_FILE =
  'keep the bundle in a file beside it, and have its script load that: require("node:module").createRequire(process.execPath)("./main.cjs")';

/** Under this name no bundler takes it for a call that it is to replace by what it finds when it builds. */
const { createRequire: requireFrom } = nodeModule;

/** Whether this is a single executable application of Node (https://nodejs.org/api/single-executable-applications.html). */
export function isSingleExecutable(): boolean {
  try {
    return (requireFrom(process.execPath)("node:sea") as { isSea(): boolean }).isSea();
  } catch {
    // Before Node 20.12. The executable is its own first argument, as it was called.
    return resolve(process.argv[1] ?? "") === process.execPath;
  }
}

/**
 * The path of the file that the script within the executable loaded, which is the program. That script is no module of the cache: the first
 * module whose parent is in no file is the one that it loaded.
 */
export function entryOfExecutable(): string {
  const cache = requireFrom(process.execPath).cache;
  const entry = Object.values(cache).find((module) => module?.parent != null && !(module.parent.filename in cache));
  if (entry === undefined)
    throw new Error(`isMain cannot tell which file this single executable loaded: ${LOAD_A_FILE}`);
  return entry.filename;
}
