import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

/**
 * All of `dist` as one module, for runtimes: each file that a worker loads as it starts takes a millisecond or more. Bundlers get the files
 * of which this is made (package.json, "exports"), to leave out what a program does not use. Run once these are there.
 */
const dist = "dist";
const parts = ["index", "surface", "contracts/index", "contracts/exports"];
const all = parts.map((part) => `export * from "./${part}.js";`).join("\n");
await build({
  stdin: { contents: all, resolveDir: dist },
  outfile: join(dist, "whole.js"),
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  sourcemap: true,
  // What takes the parser in is for bundlers.
  alias: { "#parser": `./${dist}/parser/lazy.js` },
  logLevel: "warning",
  // Chunks of nothing but types.
  logOverride: { "ignored-bare-import": "silent" },
});
for (const [name, part] of [
  ["contracts", "contracts/index"],
  ["exports", "contracts/exports"],
]) {
  const names = Object.keys(await import(`./${dist}/${part}.js`));
  await writeFile(join(dist, `whole-${name}.js`), `export { ${names.join(", ")} } from "./whole.js";\n`);
}
