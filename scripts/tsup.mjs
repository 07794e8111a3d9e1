import { readFileSync } from "node:fs";
import { surface } from "./surface.mjs";

/** Code for a file's beginning and its end, by which Heddle tells its own frames in a bundle (`Mark` in packages/core/src/contracts/frames.ts). */
const mark = (/** @type {boolean} */ isEnd) =>
  `(globalThis[Symbol.for("heddle.marks")] ??= []).push([${isEnd}, Error()]);`;

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
  banner: { js: mark(false) },
  footer: { js: mark(true) },
  esbuildPlugins: [surface],
  // tsup would turn "node:worker_threads" into "worker_threads".
  removeNodeProtocol: false,
});
