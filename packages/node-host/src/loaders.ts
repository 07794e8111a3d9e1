import { existsSync } from "node:fs";
import * as nodeModule from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

// Under this name no bundler takes it for a call that it is to replace by what it finds when it builds.
const { createRequire: requireFrom } = nodeModule;

/** A module that has a worker read what its creator reads, such as TypeScript: imported, then its `register` called, if it has to be. */
export interface Loader {
  readonly file: string;
  readonly registers: boolean;
}

/** Under this symbol ts-node leaves its service on the process that it works in. */
const TS_NODE = Symbol.for("ts-node.register.instance");

interface TsNode {
  readonly options?: { readonly transpileOnly?: boolean };
}

/** The option that has workers load ts-node anyway. */
const REQUIRES_TS_NODE = /(?:-r|--require|--import|--loader)[\s=]\S*ts-node/;

/** tsx among Node's options: by its name, or by one of its files. */
const TSX = /(?:^|[\s=])((?:\S*[\\/])?tsx(?:[\\/]\S*)?)(?=\s|$)/;

/** From this version on, tsx works in threads by itself. */
const THREADS_HAVE_HOOKS = 22;

const nodeOptions = (): string => [...process.execArgv, process.env.NODE_OPTIONS ?? ""].join(" ");

/**
 * The loaders of this process that a worker would not have, though it takes over Node's options. The `ts-node` command registers itself
 * without any; tsx, among Node's options, registers itself in the main thread alone.
 */
export function loadersForWorkers(kind: "thread" | "process"): Loader[] {
  const options = nodeOptions();
  const here = join(process.cwd(), "/");
  const found: Loader[] = [];
  const add = (from: string, name: string, registers: boolean): void => {
    try {
      // Where a package has both, its module: the other half of tsx's looks for its own files in the wrong place.
      const file = requireFrom(from).resolve(name);
      const module = file.replace(/\.cjs$/, ".mjs");
      found.push({ file: existsSync(module) ? module : file, registers });
    } catch {
      // Not there: the worker says what it cannot load.
    }
  };
  const tsNode = Reflect.get(process, TS_NODE) as TsNode | undefined;
  if (tsNode !== undefined && !REQUIRES_TS_NODE.test(options)) {
    const checksNoTypes = tsNode.options?.transpileOnly === true;
    add(process.argv[1] ?? here, checksNoTypes ? "ts-node/register/transpile-only" : "ts-node/register", false);
  }
  const [, tsx] = TSX.exec(options) ?? [];
  if (kind === "thread" && tsx !== undefined && Number.parseInt(process.versions.node, 10) < THREADS_HAVE_HOOKS) {
    const from = /^(?:file:|[\\/]|[A-Za-z]:)/.test(tsx) ? tsx : here;
    add(from, "tsx/cjs/api", true);
    add(from, "tsx/esm/api", true);
  }
  return found;
}

/** Has this worker read what its creator reads. */
export async function load(loaders: readonly Loader[]): Promise<void> {
  for (const { file, registers } of loaders) {
    const loaded = await import(/* webpackIgnore: true */ /* @vite-ignore */ pathToFileURL(file).href);
    if (registers) loaded.register();
  }
}

/** A module by its URL, as `require` of CommonJS loads it, with the hooks that there are. */
export const requireModule = (url: string): Record<string, unknown> => requireFrom(url)(fileURLToPath(url));

/** The specifier by which `import()` loads the module of that URL. Bun drops the query of a URL, but not that of a path. */
export const specifierOf = (url: string): string => {
  if (!("Bun" in globalThis) || !/^file:[^#]*\?/.test(url)) return url;
  return `${fileURLToPath(url)}${new URL(url).search}`;
};
