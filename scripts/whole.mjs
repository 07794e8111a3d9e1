import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, transform } from "esbuild";

/**
 * All of core's `dist` as one file, for runtimes: each file that a worker loads as it starts takes a millisecond or more. Bundlers get
 * the files of which this is made (package.json, "exports"), to leave out what a program does not use. For Node it is a script as well,
 * whose code threads share (packages/core/node/whole.ts). Run in core's folder, once these are there.
 */
const dist = "dist";
const MARK = /^\(globalThis\[Symbol\.for\("heddle\.marks"\)\].*;$/gm;
const parts = ["index", "surface", "contracts/index", "contracts/exports"];
const all = [
  ...parts.map((part) => `export * from "./${part}.js";`),
  'import { tellIdleWaits } from "./index.js";',
  "tellIdleWaits();",
].join("\n");

/** @param {string} outfile @param {import("esbuild").BuildOptions} options */
async function bundle(outfile, options) {
  const { outputFiles } = await build({
    stdin: { contents: all, resolveDir: dist },
    outfile: join(dist, outfile),
    bundle: true,
    platform: "node",
    target: "node20",
    sourcemap: true,
    // Files with the parser in them are for bundlers.
    alias: { "#parser": `./${dist}/parser/lazy.js` },
    logLevel: "warning",
    // Chunks of nothing but types.
    logOverride: { "ignored-bare-import": "silent" },
    ...options,
    write: false,
  });
  for (const { path, text } of outputFiles) {
    // V8 keeps a source of ASCII alone in half the memory, and reads it faster: the lines in comments are all there is beyond that. Marks are for
    // bundlers alone.
    const ascii = text.replaceAll("\u2500", "-").replaceAll(MARK, ";");
    if (!path.endsWith(".map") && /\P{ASCII}/u.test(ascii)) throw new Error(`${path} is not ASCII`);
    // A script has no `import()`: see IMPORT.
    if (path.endsWith(".map")) await writeFile(path, text);
    else await writeFile(path, outfile === SCRIPT ? ascii.replaceAll(IMPORT, "loadModule(") : ascii);
  }
}

const SCRIPT = "whole.cjs";
/** Node alone takes these instead. Tools that copy the files that a program needs find them so, also `whole.cjs`, which the first names. */
const imports = ["node.js", "node-contracts.js", "node-exports.js"].map((file) => `import("./${file}")`);
/** Each call has a comment for bundlers; messages have the word without one. */
const IMPORT = /\bimport\((?=\s*\/\*)/g;

await bundle("whole.js", { format: "esm", footer: { js: `export const alsoNeeds = () => [${imports.join(", ")}];` } });
await bundle(SCRIPT, {
  format: "cjs",
  banner: { js: 'exports.define = (function (module, require, coreUrl, loadModule) { "use strict";' },
  footer: { js: "});" },
  define: { "import.meta.url": "coreUrl" },
});

/** @param {string} part */
const namesOf = async (part) => Object.keys(await import(pathToFileURL(join(dist, `${part}.js`)).href));

const names = (await namesOf("whole")).filter((name) => !["codeForWorkers", "alsoNeeds"].includes(name));
const { code } = await transform(await readFile("node/whole.ts"), { loader: "ts", target: "node20" });
await writeFile(
  join(dist, "node.js"),
  `${code.replace("export const core", "const core")}export const { ${names.join(", ")} } = core;\n`,
);
for (const [name, part] of Object.entries({ contracts: "contracts/index", exports: "contracts/exports" })) {
  const list = (await namesOf(part)).join(", ");
  await writeFile(join(dist, `whole-${name}.js`), `export { ${list} } from "./whole.js";\n`);
  await writeFile(join(dist, `node-${name}.js`), `export { ${list} } from "./node.js";\n`);
}
