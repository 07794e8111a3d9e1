import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

/**
 * All of core's `dist` as one module, for runtimes: each file that a worker loads as it starts takes a millisecond or more. Bundlers get
 * the files of which this is made (package.json, "exports"), to leave out what a program does not use. Run in core's folder, once these are
 * there.
 */
const dist = "dist";
const MARK = /^\(globalThis\[Symbol\.for\("heddle\.marks"\)\].*;$/gm;
const parts = ["index", "surface", "contracts/index", "contracts/exports"];
const all = parts.map((part) => `export * from "./${part}.js";`).join("\n");
const { outputFiles } = await build({
  stdin: { contents: all, resolveDir: dist },
  outfile: join(dist, "whole.js"),
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  sourcemap: true,
  // Files with the parser in them are for bundlers.
  alias: { "#parser": `./${dist}/parser/lazy.js` },
  logLevel: "warning",
  // Chunks of nothing but types.
  logOverride: { "ignored-bare-import": "silent" },
  write: false,
});
for (const { path, text } of outputFiles) {
  // V8 keeps a source of ASCII alone in half the memory, and reads it faster: the lines in comments are all there is beyond that. Marks are for
  // bundlers alone.
  const ascii = text.replaceAll("\u2500", "-").replaceAll(MARK, ";");
  if (path.endsWith(".js") && /\P{ASCII}/u.test(ascii)) throw new Error(`${path} is not ASCII`);
  await writeFile(path, path.endsWith(".js") ? ascii : text);
}
for (const [name, part] of [
  ["contracts", "contracts/index"],
  ["exports", "contracts/exports"],
]) {
  const names = Object.keys(await import(pathToFileURL(join(dist, `${part}.js`)).href));
  await writeFile(join(dist, `whole-${name}.js`), `export { ${names.join(", ")} } from "./whole.js";\n`);
}
