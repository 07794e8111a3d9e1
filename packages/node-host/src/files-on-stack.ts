import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { callSites } from "@heddle/core";

// A file of its own, which does not import `node:fs`: Deno's adapter takes it. In Deno 2.9.6, a worker that imports `node:fs` does not
// start while the thread that made it blocks.

// biome-ignore lint/complexity/noBannedTypes: a function of any signature.
export type AnyFunction = Function;

/** A caller may be far below wrappers of the program's own. */
const DEEP = 50;

/** The URLs of the files whose functions are being called, the innermost first. */
export function filesOnStack(below: AnyFunction): string[] {
  return callSites(below, DEEP).flatMap((site) => {
    const name = site.getFileName();
    // Deno runs modules of the web, too.
    if (typeof name === "string" && /^(file|https?):/.test(name)) return [name];
    // Code made by eval names itself as it likes (webpack-internal:…): the file that made it comes after it.
    return typeof name === "string" && isAbsolute(name) ? [pathToFileURL(name).href] : [];
  });
}
