import { readFile } from "node:fs/promises";
import { transform } from "esbuild";
import { defineConfig, type Options } from "tsup";
import { esm } from "../../scripts/tsup.mjs";

/** Computes the constants of the layout: a bundler takes a sum for something that may do more, and leaves it in. */
const constants: NonNullable<Options["esbuildPlugins"]>[number] = {
  name: "constants",
  setup(build) {
    build.onLoad({ filter: /kernel[\\/]layout\.ts$/ }, async ({ path }) => {
      const options = { loader: "ts", minifySyntax: true, sourcefile: path, sourcemap: "inline" } as const;
      return { contents: (await transform(await readFile(path, "utf8"), options)).code, loader: "js" };
    });
  },
};

const options = esm({
  index: "src/index.ts",
  surface: "src/backend/surface.ts",
  // Each of these has a file of its own, so that a bundler leaves out the rest as a whole: the kernel and locks, all but inline, inline.
  "backend/locks": "src/backend/locks.ts",
  "backend/workers": "src/backend/workers.ts",
  "backend/inline-task": "src/backend/inline-task.ts",
  "contracts/index": "src/contracts/index.ts",
  "contracts/exports": "src/contracts/exports.ts",
  // Likewise: classes of errors are named as they are made, which a bundler takes for something that they do.
  "contracts/queue-errors": "src/contracts/queue-errors.ts",
  "contracts/task-errors": "src/contracts/task-errors.ts",
  "parser/bundled": "parser/bundled.ts",
  "parser/lazy": "parser/lazy.ts",
});

export default defineConfig({
  ...options,
  esbuildPlugins: [...(options.esbuildPlugins ?? []), constants],
  // Which of the two is loaded is decided where core is.
  external: ["#parser"],
});
