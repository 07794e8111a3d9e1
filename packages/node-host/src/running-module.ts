import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type AnyFunction, filesOnStack } from "./files-on-stack.js";
import { isSingleExecutable, LOAD_A_FILE } from "./single-executable.js";

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

function hasInItsText(file: string, url: string): boolean {
  try {
    return readFileSync(fileURLToPath(file), "utf8").includes(url);
  } catch {
    return false;
  }
}
