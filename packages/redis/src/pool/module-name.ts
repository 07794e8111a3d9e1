import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type TaskRef, typeError } from "@heddle/core";

interface Package {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
}

const packages = new Map<string, Package | undefined>();

/** The package of a folder: the nearest package.json above it that has a name. */
function packageOf(folder: string): Package | undefined {
  if (packages.has(folder)) return packages.get(folder);
  const found = packageIn(folder) ?? (dirname(folder) === folder ? undefined : packageOf(dirname(folder)));
  packages.set(folder, found);
  return found;
}

function packageIn(folder: string): Package | undefined {
  const path = join(folder, "package.json");
  if (!existsSync(path)) return undefined;
  const { name, version = "" } = JSON.parse(readFileSync(path, "utf8"));
  return typeof name === "string" && name !== "" ? { name, version: String(version), folder } : undefined;
}

/**
 * The name of a module on every machine: `package@release/path`. The release is the package's version, unless the program gives one. A module
 * that is no file is called by its specifier.
 */
export function portableName(module: string, release: string | undefined): string {
  if (!module.startsWith("file:")) {
    if (module.startsWith("data:")) {
      throw typeError(
        "A pool across machines runs no task of inline: define it by task(import.meta, fn) in a module that machines have",
      );
    }
    return release === undefined ? module : `${module}@${release}`;
  }
  const path = fileURLToPath(module);
  const found = packageOf(dirname(path));
  if (found === undefined) {
    throw typeError(`The tasks of ${path} have no name on other machines: no package.json above it has a "name"`);
  }
  const inside = relative(found.folder, path).split(sep).join("/");
  return `${found.name}@${release ?? found.version}/${inside}`;
}

/** The URL of a module that was named on a command line: a path as from a folder, or a specifier such as `node:path`. */
export function urlOfModule(given: string | URL, folder: string): string {
  const text = String(given);
  if (text.startsWith("file:")) return pathToFileURL(realpathSync(fileURLToPath(text))).href;
  if (/^[a-z]{2,}:/i.test(text)) return text;
  const path = resolve(folder, text);
  if (!existsSync(path)) throw typeError(`There is no module ${path}`);
  return pathToFileURL(realpathSync(path)).href;
}

/** Where other workers find a task. */
export function refOf(task: unknown, method: string): TaskRef {
  const ref = typeof task === "function" ? (task as { readonly ref?: Partial<TaskRef> }).ref : undefined;
  if (typeof ref?.module === "string" && typeof ref.name === "string") return ref as TaskRef;
  throw typeError(`pool.${method} needs a task, as task(import.meta, fn) or tasksFrom(url) give it`);
}
