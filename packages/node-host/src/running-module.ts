import { readFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { callSites } from "@heddle/core";
import { isSingleExecutable, LOAD_A_FILE } from "./single-executable.js";

// biome-ignore lint/complexity/noBannedTypes: a function of any signature.
type AnyFunction = Function;

/** A caller may be far below wrappers of the program's own. */
const DEEP = 50;

/**
 * The URL of the module whose code called `below`. It is what `import.meta.url` says there, which is `given`, except in the output of a
 * bundler. Some bundlers leave nothing of `import.meta` where they write CommonJS; webpack and others write the source's path into the
 * bundle. Then it is the file that runs. Undefined if there is neither.
 */
export function runningModule(given: string | undefined, below: AnyFunction): string | undefined {
  if (given !== undefined && !given.startsWith("file:")) return given;
  const files = filesOnStack(below);
  const [caller] = files;
  if (given === undefined || caller === undefined || files.includes(given)) return given ?? caller;
  // A function may be given another module's import.meta. Only what a bundler wrote has the other module's whole URL in its text.
  return hasInItsText(caller, given) ? caller : given;
}

/** The URL of the module that calls this: an adapter's, or of the bundle that it is part of. */
export function thisModule(given: string | undefined): string {
  const url = runningModule(given, thisModule);
  if (url === undefined) {
    throw new Error(
      isSingleExecutable()
        ? `Heddle is in a single executable, where no worker could load it: ${LOAD_A_FILE}`
        : "Heddle cannot tell in which file it runs: do not bundle it, but mark its packages as external",
    );
  }
  return url;
}

/** The URLs of the files whose functions are being called, the innermost first. */
function filesOnStack(below: AnyFunction): string[] {
  return callSites(below, DEEP).flatMap((site) => {
    const name = site.getFileName();
    // Deno runs modules of the web, too.
    if (typeof name === "string" && /^(file|https?):/.test(name)) return [name];
    // Code made by eval names itself as it likes (webpack-internal:…): the file that made it comes after it.
    return typeof name === "string" && isAbsolute(name) ? [pathToFileURL(name).href] : [];
  });
}

function hasInItsText(file: string, url: string): boolean {
  try {
    return readFileSync(fileURLToPath(file), "utf8").includes(url);
  } catch {
    return false;
  }
}
