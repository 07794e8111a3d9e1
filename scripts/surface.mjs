import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The names of what is bound to a backend: core declares them in this file, with their documentation, and nowhere else are they listed. */
const bound = fileURLToPath(new URL("../packages/core/src/contracts/bound.ts", import.meta.url));

const names = () =>
  [...readFileSync(bound, "utf8").matchAll(/^export \{ (.*) \} from/gm)].flatMap(([, list = ""]) => list.split(", "));

/** An import of the surface, bound to the `backend` that the module before the question mark exports. */
const SURFACE = /\?surface$/;

/**
 * Writes, for `export * from "./backend.js?surface"`, the module that has core's surface bound to that backend. It has a line a name,
 * marked as pure, so that bundlers leave out names that are not imported. Its declarations are in `@heddle/core/exports`
 * (scripts/declarations.mjs).
 *
 * @type {import("esbuild").Plugin}
 */
export const surface = {
  name: "surface",
  setup(build) {
    build.onResolve({ filter: SURFACE }, ({ path, resolveDir }) => ({
      path,
      namespace: "surface",
      pluginData: resolveDir,
    }));
    build.onLoad({ filter: SURFACE, namespace: "surface" }, ({ path, pluginData }) => ({
      contents: [
        'import * as surface from "@heddle/core/surface";',
        `import { backend } from ${JSON.stringify(path.replace(SURFACE, ""))};`,
        ...names().map((name) => `export const ${name} = /* @__PURE__ */ surface.${name}(backend);`),
      ].join("\n"),
      resolveDir: pluginData,
    }));
  },
};
