// Bun and Deno have it, too. Nothing else loads a module within a call on Node 20.
import { createRequire } from "node:module";
import type { Options, Program } from "acorn";

let acorn: Pick<typeof import("acorn"), "parse"> | undefined;

/** acorn's `parse`. Half of what core weighs, it is loaded by the first call. */
export function parse(source: string, options: Options): Program {
  acorn ??= load();
  return acorn.parse(source, options);
}

function load(): Pick<typeof import("acorn"), "parse"> {
  try {
    return createRequire(import.meta.url)("acorn");
  } catch (cause) {
    throw new Error(
      "inline needs the package acorn, which cannot be loaded here. Where a bundler made this file, have it resolve packages with the " +
        'condition "module", which takes acorn into the bundle (esbuild: conditions: ["module"]), or install acorn beside it',
      { cause },
    );
  }
}
