import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The names of what is bound to a backend: core declares them in this file, with their documentation, and nowhere else are they listed. */
const bound = fileURLToPath(new URL("../packages/core/src/contracts/bound.ts", import.meta.url));

const names = () =>
  [...readFileSync(bound, "utf8").matchAll(/^export \{ (.*) \} from/gm)].flatMap(([, list = ""]) => list.split(", "));

/** Where core has each of them as a function of the backend. */
const functions = fileURLToPath(new URL("../packages/core/src/backend/surface.ts", import.meta.url));

/** The names that need all of an adapter. */
const ofWorkers = () =>
  [
    ...readFileSync(functions, "utf8").matchAll(
      /^export \{([^}]*)\} from "\.\/(?:callbacks|inline-task|workers)\.js"/gm,
    ),
  ].flatMap(([, list = ""]) => list.split(",").map((name) => name.trim()));

/** An import of the surface, bound to the `backend` and the `primitives` that the module before the question mark exports. */
const SURFACE = /\?surface$/;

/**
 * Writes, for `export * from "./backend.js?surface"`, the module that has core's surface bound to that backend. Names that need no workers are
 * bound to its `primitives`. It has a line a name, marked as pure, so that bundlers leave out names that are not imported. Its declarations are
 * in `@heddle/core/exports` (scripts/declarations.mjs).
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
    build.onLoad({ filter: SURFACE, namespace: "surface" }, ({ path, pluginData }) => {
      const whole = new Set(ofWorkers());
      const bind = (/** @type {string} */ name) => `surface.${name}(${whole.has(name) ? "backend" : "primitives"})`;
      return {
        contents: [
          'import * as surface from "@heddle/core/surface";',
          `import { backend, primitives } from ${JSON.stringify(path.replace(SURFACE, ""))};`,
          ...names().map((name) => `export const ${name} = /* @__PURE__ */ ${bind(name)};`),
        ].join("\n"),
        resolveDir: pluginData,
      };
    });
  },
};
