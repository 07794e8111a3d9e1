import { dirname, extname, resolve } from "node:path";
import { entryName, isAmong } from "./paths.js";
import { callsIn, definesTasks, type Rewritten, rewrite } from "./rewrite.js";

/** The used part of a build of esbuild's. */
export interface Build {
  readonly initialOptions: Options;
  readonly esbuild: {
    build(options: object): Promise<Result>;
    transform(
      code: string,
      options: { loader: string; sourcefile: string; sourcemap: "inline" },
    ): Promise<{ code: string }>;
  };
  onEnd(then: (result: Result) => Promise<void>): void;
}

interface Options {
  readonly absWorkingDir?: string;
  readonly entryPoints?: readonly (string | { in: string })[] | Readonly<Record<string, string>>;
  readonly outdir?: string;
  readonly outfile?: string;
  readonly outExtension?: Readonly<Record<string, string>>;
  readonly plugins?: readonly { readonly name: string }[];
}

interface Result {
  readonly errors: readonly unknown[];
  /** Where nothing is written. */
  readonly outputFiles?: object[];
}

const folderOf = ({ absWorkingDir = process.cwd() }: Options): string => absWorkingDir;

function extensionOf({ outfile, outExtension }: Options): string {
  return (outfile === undefined ? outExtension?.[".js"] : extname(outfile)) ?? ".js";
}

/** The part of esbuild that unplugin gives. */
export interface Native {
  readonly build: Build;
}

/** Has workers find a module's tasks in a file of its own: all code in the main module's file is evaluated with it. */
export async function transform(
  { build }: Native,
  given: string,
  file: string,
  found: Map<string, string>,
): Promise<Rewritten | undefined> {
  const { initialOptions } = build;
  const { entryPoints = [] } = initialOptions;
  const folder = folderOf(initialOptions);
  const code = await plain(build, given, file);
  const calls = callsIn(code);
  const entries = Object.values(entryPoints).map((one: string | { in: string }) =>
    typeof one === "string" ? one : one.in,
  );
  const isEntry = isAmong(entries, folder, file);
  if (isEntry || !definesTasks(calls)) return rewrite(code, calls, { isEntry, entry: undefined });
  const entry = entryName(folder, file) + extensionOf(initialOptions);
  found.set(entry, file);
  return rewrite(code, calls, { isEntry, entry });
}

/** The code of a module as plain JavaScript. */
async function plain({ esbuild }: Build, code: string, file: string): Promise<string> {
  const [, loader] = /\.[cm]?(tsx?|jsx)$/.exec(file) ?? [];
  if (loader === undefined) return code;
  return (await esbuild.transform(code, { loader, sourcefile: file, sourcemap: "inline" })).code;
}

/**
 * Has a build write each of these modules, and what it needs, to a file of its own, too.
 *
 * @param nested takes this plugin's place while those are built
 */
export function writeEntries(
  build: Build,
  found: ReadonlyMap<string, string>,
  nested: { readonly name: string },
): void {
  const { initialOptions, esbuild } = build;
  build.onEnd(async (result) => {
    if (result.errors.length > 0 || found.size === 0) return;
    const { outfile, outdir, plugins = [], ...options } = initialOptions;
    const extension = extensionOf(initialOptions);
    const folder = folderOf(initialOptions);
    const written = await esbuild.build({
      ...options,
      entryPoints: [...found].map(([entry, file]) => ({ in: file, out: entry.slice(0, -extension.length) })),
      outdir: resolve(folder, outdir ?? dirname(outfile ?? ".")),
      outExtension: { ...options.outExtension, ".js": extension },
      entryNames: "[name]",
      splitting: false,
      plugins: plugins.map((plugin) => (plugin.name === nested.name ? nested : plugin)),
    });
    if (result.outputFiles !== undefined) result.outputFiles.push(...(written.outputFiles ?? []));
  });
}
