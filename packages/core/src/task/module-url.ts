import type { ModuleMeta } from "../contracts/task.js";
import { typeError } from "../contracts/wrong-use.js";

/**
 * The URL of the module that `meta` stands for. That is `import.meta`, the `module` of CommonJS, or the URL as a string, which
 * `@heddle/unplugin` writes relative to the file that runs. `running` says which module runs in truth, where a bundler changed or emptied
 * `import.meta`. Throws TypeError, which says what to write, for anything else.
 */
export function moduleUrlOf(
  meta: ModuleMeta,
  caller: string,
  running: (given: string | undefined) => string | undefined,
): string {
  const given: unknown = meta;
  if (typeof given === "string" && URL.canParse(given)) return given;
  if (typeof given === "string" && given.startsWith("./")) {
    const file = running(undefined);
    if (file !== undefined) return new URL(given, file).href;
  }
  if (typeof given === "object" && given !== null) {
    const { url, filename } = given as { url?: unknown; filename?: unknown };
    if (typeof url === "string") return running(url) ?? url;
    if (typeof filename === "string") return fileUrl(filename);
    if (filename === null) {
      throw typeError(
        `${caller} was given the module of a REPL, which has no file that a worker could load. Make tasks by inline(fn), or import them from a file`,
      );
    }
    const module = isLeftByBundler(given) ? running(undefined) : undefined;
    if (module !== undefined) return module;
    throw typeError(
      `${caller} was given an object without a url: this is no import.meta, or a bundler that writes CommonJS took its content away. ` +
        "Write ES modules (esbuild, tsup, tsdown: --format esm; webpack, rspack: experiments.outputModule), or pass the CommonJS variable module",
    );
  }
  throw typeError(`${caller} needs import.meta as its first argument, or module in CommonJS`);
}

/** Whether this is the variable `module` of CommonJS. Node's `import.meta` has a `filename`, too. */
export const isCommonJs = (meta: ModuleMeta): boolean =>
  typeof meta === "object" && meta !== null && !("url" in meta) && "filename" in meta;

/** An `import.meta` or a `module` of which a bundler left nothing, or what its own modules have. */
const isLeftByBundler = (given: object): boolean => Object.keys(given).length === 0 || "exports" in given;

/** Whether a path is absolute, on Windows too. */
export const isAbsolute = (path: string): boolean => /^(\/|[A-Za-z]:[\\/])/.test(path);

/** As `pathToFileURL` of Node makes it, so that `import()` of it finds the module that is loaded already. */
export function fileUrl(path: string): string {
  const isWindows = /^[A-Za-z]:[\\/]/.test(path);
  const url = new URL("file:///");
  url.pathname = (isWindows ? `/${path.replaceAll("\\", "/")}` : path)
    .replaceAll("%", "%25")
    .replaceAll("\\", "%5C")
    .replaceAll("\n", "%0A")
    .replaceAll("\r", "%0D")
    .replaceAll("\t", "%09");
  return url.href;
}
