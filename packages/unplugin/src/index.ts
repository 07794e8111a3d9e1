import { createUnplugin } from "unplugin";
import * as inChunks from "./chunks.js";
import * as ofEsbuild from "./of-esbuild.js";
import * as ofWebpack from "./of-webpack.js";
import { callsIn, mayConcern, type Rewritten } from "./rewrite.js";

/**
 * A plugin of Vite, Rollup or Rolldown.
 *
 * @example
 * ```ts
 * import { type ChunkPlugin, vite } from "@heddle/unplugin";
 *
 * const plugins: ChunkPlugin[] = [vite()];
 * export default { plugins };
 * ```
 */
export type ChunkPlugin = { name: string };

/**
 * A plugin of webpack or rspack.
 *
 * @example
 * ```ts
 * import { type CompilerPlugin, webpack } from "@heddle/unplugin";
 *
 * const plugins: CompilerPlugin[] = [webpack()];
 * export default { plugins };
 * ```
 */
export type CompilerPlugin = { apply(compiler: unknown): void };

/**
 * A plugin of esbuild, and of tsup.
 *
 * @example
 * ```ts
 * import { type EsbuildPlugin, esbuild } from "@heddle/unplugin";
 *
 * const esbuildPlugins: EsbuildPlugin[] = [esbuild()];
 * export default { esbuildPlugins };
 * ```
 */
export type EsbuildPlugin = { name: string; setup(build: unknown): void | Promise<void> };

const NAME = "@heddle/unplugin";

/** The tool that calls a hook, as unplugin knows it. */
interface Context {
  getNativeBuildContext?: (() => unknown) | undefined;
}

const unplugin = createUnplugin((options: { isNested?: boolean } | undefined, { framework }) => {
  /** The modules that define tasks, by their files for workers. */
  const found = new Map<string, string>();

  async function transform(context: Context, code: string, id: string): Promise<Rewritten | undefined> {
    const [file = id] = id.split("?");
    switch (framework) {
      case "esbuild":
        return ofEsbuild.transform(context.getNativeBuildContext?.() as ofEsbuild.Native, code, file, found);
      case "webpack":
      case "rspack":
        return ofWebpack.transform(
          context.getNativeBuildContext?.() as ofWebpack.Native,
          callsIn(code),
          code,
          file,
          found,
        );
      default:
        return inChunks.transform(context as inChunks.Context, callsIn(code), code, id);
    }
  }

  const writeEntries = (compiler: unknown): void => ofWebpack.writeEntries(compiler as ofWebpack.Compiler, found);
  return {
    name: NAME,
    // Rewritten text is JavaScript.
    enforce: "post",
    transformInclude: (id) => !/[\\/]node_modules[\\/](?:@heddle|heddle)[\\/]/.test(id),
    transform(code, id) {
      return mayConcern(code) ? transform(this, code, id) : undefined;
    },
    vite: { apply: "build" },
    webpack: writeEntries,
    rspack: writeEntries,
    esbuild: {
      setup(build) {
        if (options?.isNested === true) return;
        ofEsbuild.writeEntries(build as ofEsbuild.Build, found, unplugin.esbuild({ isNested: true }));
      },
    },
  };
});

/**
 * For Vite.
 *
 * @example
 * ```js
 * // vite.config.js
 * import { vite } from "@heddle/unplugin";
 *
 * export default { plugins: [vite()] };
 * ```
 */
export const vite = (): ChunkPlugin => unplugin.vite(undefined) as ChunkPlugin;

/**
 * For Rollup and tools that are built on it.
 *
 * @example
 * ```js
 * // rollup.config.js
 * import { rollup } from "@heddle/unplugin";
 *
 * export default { plugins: [rollup()] };
 * ```
 */
export const rollup = (): ChunkPlugin => unplugin.rollup(undefined) as ChunkPlugin;

/**
 * For Rolldown and tsdown.
 *
 * @example
 * ```js
 * // rolldown.config.js
 * import { rolldown } from "@heddle/unplugin";
 *
 * export default { plugins: [rolldown()] };
 * ```
 */
export const rolldown = (): ChunkPlugin => unplugin.rolldown(undefined) as ChunkPlugin;

/**
 * For webpack.
 *
 * @example
 * ```js
 * // webpack.config.mjs
 * import { webpack } from "@heddle/unplugin";
 *
 * export default { plugins: [webpack()] };
 * ```
 */
export const webpack = (): CompilerPlugin => unplugin.webpack(undefined) as CompilerPlugin;

/**
 * For rspack.
 *
 * @example
 * ```js
 * // rspack.config.mjs
 * import { rspack } from "@heddle/unplugin";
 *
 * export default { plugins: [rspack()] };
 * ```
 */
export const rspack = (): CompilerPlugin => unplugin.rspack(undefined) as CompilerPlugin;

/**
 * For esbuild, and for tsup as one of its `esbuildPlugins`.
 *
 * @example
 * ```js
 * // build.mjs
 * import { esbuild as heddle } from "@heddle/unplugin";
 * import { build } from "esbuild";
 *
 * await build({ entryPoints: ["main.js"], bundle: true, platform: "node", outdir: "dist", plugins: [heddle()] });
 * ```
 */
export const esbuild = (): EsbuildPlugin => unplugin.esbuild(undefined) as EsbuildPlugin;
