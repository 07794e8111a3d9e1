import { readFileSync } from "node:fs";
import { surface } from "./surface.mjs";

/**
 * The one way everything here is bundled: ESM for the oldest Node we run on, dependencies left outside.
 * Declarations come from tsc (see each build script): tsup would need the compiler API that TypeScript 7 no longer has.
 *
 * @param {string[] | Record<string, string>} entry files or globs, each of which becomes a file of its own in dist
 * @returns {import("tsup").Options}
 */
export const esm = (entry) => ({
  entry,
  format: "esm",
  target: "node20",
  platform: "node",
  sourcemap: true,
  clean: true,
  dts: false,
  define: { HEDDLE_VERSION: JSON.stringify(JSON.parse(readFileSync("package.json", "utf8")).version) },
  esbuildPlugins: [surface],
  // tsup would turn "node:worker_threads" into "worker_threads".
  removeNodeProtocol: false,
});
