import { entryName, isAmong } from "./paths.js";
import { type Call, definesTasks, type Rewritten, rewrite } from "./rewrite.js";

/** The used part of a compiler of webpack's, and of rspack's. */
export interface Compiler {
  readonly context: string;
  readonly options: {
    readonly entry: Readonly<Record<string, { readonly import?: readonly string[] }>> | (() => unknown);
    readonly output: { readonly module?: boolean };
  };
  readonly webpack: {
    readonly EntryPlugin: { createDependency(request: string, options: { name: string } | string): unknown };
  };
  readonly hooks: {
    readonly finishMake: { tapPromise(name: string, then: (compilation: Compilation) => Promise<void>): void };
  };
}

interface Compilation {
  readonly compiler: Compiler;
  readonly modules: Iterable<Module>;
  addEntry(
    context: string,
    dependency: unknown,
    options: { name: string; filename: string },
    done: (error?: Error | null) => void,
  ): void;
}

interface Module {
  readonly resource?: string;
  readonly buildInfo?: Record<string, unknown>;
}

/** In `buildInfo`, which webpack's cache keeps: the module's file for workers. */
const ENTRY = "heddleEntry";

/** The part of webpack and of rspack that unplugin gives. */
export interface Native {
  readonly compiler: Compiler;
  readonly loaderContext?: { readonly _module?: Module };
}

/** Has workers find a module's tasks in a file of its own: a module in a bundle of webpack's cannot be loaded from outside. */
export function transform(
  { compiler, loaderContext }: Native,
  calls: readonly Call[],
  code: string,
  file: string,
  found: Map<string, string>,
): Rewritten | undefined {
  const { entry: entries, output } = compiler.options;
  // A function may give others each time.
  const requests =
    typeof entries === "function" ? undefined : Object.values(entries).flatMap((one) => one.import ?? []);
  const isEntry = requests === undefined ? undefined : isAmong(requests, compiler.context, file);
  if (isEntry === true || !definesTasks(calls)) return rewrite(code, calls, { isEntry, entry: undefined });
  const entry = `${entryName(compiler.context, file)}${output.module === true ? ".mjs" : ".cjs"}`;
  found.set(entry, file);
  const info = loaderContext?._module?.buildInfo;
  if (info !== undefined) info[ENTRY] = entry;
  return rewrite(code, calls, { isEntry, entry });
}

/** Has a compiler write each of these modules, and what it needs, to a file of its own, too. */
export function writeEntries(compiler: Compiler, found: Map<string, string>): void {
  compiler.hooks.finishMake.tapPromise("@heddle/unplugin", async (compilation) => {
    // Compilers of other plugins have the same hooks.
    if (compilation.compiler !== compiler) return;
    for (const { resource, buildInfo } of compilation.modules) {
      const entry = buildInfo?.[ENTRY];
      if (typeof entry === "string" && resource !== undefined) found.set(entry, resource);
    }
    await Promise.all([...found].map(([entry, file]) => addEntry(compilation, entry, file)));
  });
}

function addEntry(compilation: Compilation, entry: string, file: string): Promise<void> {
  const { context, webpack } = compilation.compiler;
  const name = entry.replace(/\.\w+$/, "");
  const dependency = webpack.EntryPlugin.createDependency(file, { name });
  return new Promise((resolve, reject) => {
    compilation.addEntry(context, dependency, { name, filename: entry }, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
