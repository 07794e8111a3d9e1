import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, it } from "vitest";

/** Names in `code` of CONTRIBUTING and ARCHITECTURE have to exist: files and folders, npm scripts, and identifiers. */

const root = fileURLToPath(new URL("../../../", import.meta.url));
const guides = ["CONTRIBUTING.md", "ARCHITECTURE.md"];

/** Where a path in a guide may begin. */
const bases = ["", "packages/", "packages/core/src/", "packages/process-host/src/", "packages/conformance/src/"];
const SKIPPED = new Set(["node_modules", "dist", ".turbo", ".git", ".nodes", "api", "results", ".reports"]);
const SOURCE = /\.(?:ts|js|mjs|json|jsonc|sh|yml)$/;

/** All folders and files of the repository that are written by hand, from the root. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const nested = entries.map(async (entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() && !SKIPPED.has(entry.name) ? [path, ...(await filesIn(path))] : [path];
  });
  return (await Promise.all(nested)).flat();
}

/** The spans of code outside fenced blocks. */
const spansOf = (markdown: string): string[] =>
  Array.from(markdown.replace(/^```.*?^```$/gms, "").matchAll(/`([^`\n]+)`/g), ([, span = ""]) => span);

const PATH =
  /^(?:[\w.@-]+\/)*[\w.@-]+\.(?:ts|js|mjs|json|md|yml)$|^(?:[\w.@-]+\/)+$|^(?:packages|apps|docs|scripts|bench|libraries|toolchains)(?:\/[\w.-]+)*$/;
const NPM_SCRIPT = /^npm (?:run )?([\w:]+)/;
const IDENTIFIER = /^#?[A-Za-z_]\w*(?:\.#?\w+)*(?:\(.*\))?$/;

describe("the names in the guides exist", () => {
  let files: string[];
  let words: Set<string>;
  let scripts: Record<string, string>;

  beforeAll(async () => {
    files = await filesIn("");
    const sources = files.filter((file) => SOURCE.test(file) && !file.startsWith("pnpm-lock"));
    const texts = await Promise.all(sources.map((file) => readFile(join(root, file), "utf8")));
    words = new Set(texts.flatMap((text) => text.match(/\w+/g) ?? []));
    scripts = JSON.parse(await readFile(join(root, "package.json"), "utf8")).scripts;
  });

  const isThere = (path: string): boolean =>
    bases.some((base) => existsSync(join(root, base, path))) ||
    files.some((file) => file.endsWith(`/${path}`) || basename(file) === path);

  for (const guide of guides) {
    it(`in ${guide}`, async () => {
      const spans = spansOf(await readFile(join(root, guide), "utf8"));
      const missing = spans.filter((span) => {
        const [, script] = NPM_SCRIPT.exec(span) ?? [];
        if (script !== undefined) return !(script in scripts) && script !== "install";
        // A product of a build, such as the API reference, need not be there yet.
        if (PATH.test(span)) return !SKIPPED.has(basename(span)) && !isThere(span.replace(/\/$/, ""));
        if (IDENTIFIER.test(span)) return (span.match(/\w+/g) ?? []).some((word) => !words.has(word));
        return false;
      });
      assert.ok(spans.length > 50, "spans of code are found");
      assert.deepEqual(missing, []);
    });
  }
});

it("pnpm dev refuses tests that it cannot run, and says what to do", () => {
  const dev = (...args: string[]): [number | null, string] => {
    const { status, stderr } = spawnSync(process.execPath, [join(root, "scripts/dev.mjs"), ...args], {
      encoding: "utf8",
    });
    return [status, stderr.trim()];
  };
  const [status, told] = dev("Queue", "--package", "bun");
  assert.equal(status, 1);
  assert.match(told, /pnpm --filter @heddle\/bun run test -t "Queue"$/);
  assert.match(dev("--package", "nobody")[1], /^There is no package "nobody": /);
  assert.match(dev("--file", "nothing")[1], /^node-threads has no test file named after "nothing"/);
});
