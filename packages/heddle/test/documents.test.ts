import assert from "node:assert/strict";
import { access, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { afterAll, beforeAll, describe, it } from "vitest";
import { blocksOf, outputOf } from "../../../scripts/examples.mjs";
import { execute } from "../../../scripts/packing.mjs";
import { startedBy } from "../../../scripts/programs.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));
/** In this package, where all adapters are found; git ignores it. */
const home = fileURLToPath(new URL("../.examples/", import.meta.url));
const HANG = 25_000;

const read = (document: string): Promise<string> => readFile(join(root, document), "utf8");
/** Whatever there is to read in a folder, its subfolders apart. */
const documentsIn = async (folder: string): Promise<string[]> =>
  (await readdir(join(root, folder))).filter((name) => name.endsWith(".md")).map((name) => join(folder, name));
const packages = await readdir(join(root, "packages"));
/** Decisions are frozen, with the names of their day; the others are to be true. */
const documents = (
  await Promise.all(["", "docs", ...packages.map((name) => `packages/${name}`)].map(documentsIn))
).flat();

/** As it runs on Node 20: without types, and nothing else is changed, unless the document says that it is compiled. */
async function asJavaScript(program: string, isCompiled: boolean): Promise<string> {
  return (await transform(program, { loader: "ts", target: isCompiled ? "node20" : "esnext" })).code;
}

const REPOSITORY = "https://github.com/heddle-js/heddle/";

describe("links", () => {
  for (const document of documents) {
    it(`of ${document} lead to files that there are`, async () => {
      const text = await read(document);
      for (const [, link = ""] of text.matchAll(/(?:\]\(|src(?:set)?=")([^)"\s]+)[)"]/g)) {
        const [path = ""] = link.replace(new RegExp(`^${REPOSITORY}(blob|tree)/main/`), "/").split("#");
        if (path === "" || path.startsWith("https://")) continue;
        // npm shows a package's README apart from the repository.
        assert.ok(path.startsWith("/") || !document.startsWith("packages/"), `${link} is not absolute`);
        await access(path.startsWith("/") ? join(root, path) : join(root, dirname(document), path));
      }
    });
  }
});

it("of all documents are looked at", () => {
  for (const one of ["README.md", "CONTRIBUTING.md", "docs/testing.md", "packages/unplugin/README.md"])
    assert.ok(documents.includes(one), one);
});

it("CONTRIBUTING has the test of an adapter as it is", async () => {
  const blocks = blocksOf(await read("CONTRIBUTING.md"));
  const program = await read("packages/node-threads/test/conformance.test.ts");
  assert.ok(blocks.some((block) => block.program === program));
});

for (const document of documents) {
  const blocks = blocksOf(await read(document));
  if (blocks.length === 0) continue;
  describe(`the programs in ${document}`, () => {
    const folder = join(home, document.replace(/\W/g, "-"));
    const runtimeOf = (program: string): keyof typeof startedBy =>
      program.includes('"@heddle/bun"') ? "Bun" : program.includes('"@heddle/deno"') ? "Deno" : "Node";

    beforeAll(async () => {
      await mkdir(folder, { recursive: true });
      assert.equal(new Set(blocks.map(({ file }) => file)).size, blocks.length, "two programs have the same name");
      for (const { file, program } of blocks) await writeFile(join(folder, file), program);
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    for (const { file, program, isCompiled, options, reasonNotToRun } of blocks) {
      const runtime = runtimeOf(program);
      it.concurrent(reasonNotToRun === undefined ? `${file} runs on ${runtime}` : `${file} is JavaScript`, async () => {
        let path = join(folder, file);
        if (runtime === "Node" && file.endsWith(".ts")) {
          path += ".mjs";
          await writeFile(path, await asJavaScript(program, isCompiled));
        }
        const [command, ...own] = reasonNotToRun === undefined ? startedBy[runtime] : [process.execPath, "--check"];
        const printed = await execute(command, [...own, ...options, path], dirname(path), HANG);
        const output = reasonNotToRun === undefined ? outputOf(program) : [];
        if (output.length > 0) assert.deepEqual(printed.trimEnd().split("\n"), output);
        else if (reasonNotToRun === undefined && program.includes("console.log")) assert.notEqual(printed, "");
        else assert.equal(printed, "");
      });
    }
  });
}
