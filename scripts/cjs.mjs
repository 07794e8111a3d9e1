import { appendFile, copyFile, cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

/**
 * The second half of a package, for `require`: each module of `dist` as CommonJS, in `dist/cjs`, beside the same declarations. Modules stay
 * as they are split, so that what several entries share is there once in this half, too. Run in the package's folder, once `dist` is whole.
 */
const from = "dist";
const to = join(from, "cjs");

/** The stand-in for `import.meta` in a module of CommonJS. */
const META = "heddleImportMeta";

await rm(to, { recursive: true, force: true });
const files = await readdir(from, { recursive: true });
/** Older resolvers do not know what core imports by a name of its own (package.json, "imports"): here it is a file beside the others. */
const PARSER = 'require("#parser")';
const modules = files.filter((name) => name.endsWith(".js") && !name.startsWith("parser/"));
for (const file of files.filter((name) => name.endsWith(".d.ts"))) await cp(join(from, file), join(to, file));
await build({
  entryPoints: modules.map((name) => join(from, name)),
  outbase: from,
  outdir: to,
  format: "cjs",
  platform: "node",
  target: "node20",
  sourcemap: true,
  define: { "import.meta": META, "import.meta.url": `${META}.url` },
  banner: { js: `var ${META} = { url: require("node:url").pathToFileURL(__filename).href };` },
  logLevel: "warning",
});
for (const module of modules) {
  const text = await readFile(join(to, module), "utf8");
  // Core as it is published tells of waits that can never end.
  if (module === "index.js" && text.includes("tellIdleWaits"))
    await appendFile(join(to, module), "module.exports.tellIdleWaits();\n");
  if (!text.includes(PARSER)) continue;
  await copyFile("parser/required.cjs", join(to, "parser.cjs"));
  await writeFile(join(to, module), text.replace(PARSER, 'require("./parser.cjs")'));
}
// The kind of module that Node and TypeScript take `.js` and `.d.ts` below here for.
await writeFile(join(to, "package.json"), `${JSON.stringify({ type: "commonjs" })}\n`);
