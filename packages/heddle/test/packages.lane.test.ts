import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { afterAll, beforeAll, describe, it } from "vitest";
import { execute, pack } from "../../../scripts/packing.mjs";
import { serveRegistry } from "../../../scripts/registry.mjs";
import { compareComplaints } from "./complaints.js";

/** The packages that are published. */
const folders = [
  "core",
  "node-threads",
  "node-processes",
  "bun",
  "deno",
  "heddle",
  "conformance",
  "unplugin",
  "opentelemetry",
  "redis",
  "bullmq",
];

/** A worker of Deno has to wait for its first message as it is evaluated, which no module of CommonJS can. */
const withoutRequire = ["deno"];

/** The ceilings for packing and installing, as npm's registry may be far away, and for a compiler. */
const INSTALL_TIMEOUT = 180_000;
const HANG = 120_000;

const packages = fileURLToPath(new URL("../../", import.meta.url));
const programs = fileURLToPath(new URL("programs/packages/", import.meta.url));
const types = fileURLToPath(new URL("programs/types/", import.meta.url));

describe("packed by pnpm", () => {
  let home: string;
  let tarballs: string[];
  const tarballOf = async (folder: string): Promise<Uint8Array<ArrayBuffer>> => {
    const name = folder === "heddle" ? /^heddle-\d/ : new RegExp(`^heddle-${folder}-\\d`);
    const file = tarballs.find((path) => name.test(basename(path)));
    assert.ok(file, folder);
    return new Uint8Array(await readFile(file));
  };

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "heddle-packages-"));
    tarballs = await pack(join(home, "tarballs"), folders);
  }, INSTALL_TIMEOUT);

  afterAll(() => rm(home, { recursive: true, force: true }));

  for (const folder of folders) {
    it(
      `publint warns of nothing in ${folder}`,
      async () => {
        const { buffer } = await tarballOf(folder);
        assert.deepEqual((await publint({ pack: { tarball: buffer }, level: "warning", strict: true })).messages, []);
      },
      HANG,
    );

    it(`${folder} says where its source, its issues and its documentation are`, async () => {
      const manifest = JSON.parse(await readFile(join(packages, folder, "package.json"), "utf8"));
      assert.equal(manifest.repository.directory, `packages/${folder}`);
      for (const place of [manifest.homepage, manifest.bugs]) assert.match(place, /^https:\/\//);
      assert.ok(manifest.keywords.length > 0);
    });

    it(
      `the types of ${folder} are found however they are looked for, and are those of what runs`,
      async () => {
        const checked = await checkPackage(createPackageFromTarballData(await tarballOf(folder)));
        assert.ok(checked.types);
        const complaints = checked.problems.map((problem) =>
          "resolutionKind" in problem ? `${problem.kind} by ${problem.resolutionKind}` : problem.kind,
        );
        const expected = withoutRequire.includes(folder) ? ["CJSResolvesToESM by node16-cjs"] : [];
        assert.deepEqual([...new Set(complaints)], expected);
      },
      HANG,
    );
  }

  describe("installed by pnpm, which lets a program see its own dependencies only", () => {
    let folder: string;
    const compile = (compiler: string, ...options: string[]): Promise<string> => {
      const tsc = join(folder, `node_modules/${compiler}/bin/tsc`);
      const strictest = ["--strict", "--target", "es2022", "--skipLibCheck", "false", "--types", "node"];
      return execute(process.execPath, [tsc, ...strictest, ...options], folder, HANG);
    };
    const run = (file: string): Promise<string> => execute(process.execPath, [file], folder, HANG);

    beforeAll(async () => {
      folder = join(home, "program");
      await mkdir(folder);
      const registry = await serveRegistry(tarballs);
      try {
        const dependencies = {
          "@heddle/node-threads": "*",
          heddle: "*",
          "@types/node": "20.19.43",
          typescript: "7.0.2",
          typescript6: "npm:typescript@6.0.3",
          typescript59: "npm:typescript@5.9.3",
          typescript54: "npm:typescript@5.4.5",
        };
        await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }));
        await execute("pnpm", ["install", "--ignore-scripts", "--prefer-offline"], folder, INSTALL_TIMEOUT, {
          npm_config_registry: registry.url,
        });
      } finally {
        registry.close();
      }
      for (const name of ["work.cts", "work.mts", "inferred.mts"])
        await copyFile(join(programs, name), join(folder, name));
    }, INSTALL_TIMEOUT);

    for (const compiler of ["typescript", "typescript6", "typescript54"]) {
      for (const [file, output] of [
        ["work.cts", "work.cjs"],
        ["work.mts", "work.mjs"],
      ] as const) {
        it(
          `${file} compiles by ${compiler}, and runs`,
          async () => {
            await compile(compiler, "--module", "node16", file);
            assert.equal(await run(output), "[ 1, 4, 9 ] 2\n");
          },
          HANG,
        );
      }
    }

    for (const compiler of ["typescript", "typescript6", "typescript54"]) {
      it(
        `${compiler} can name the type of whatever is exported, in declarations of a program that does not depend on core`,
        async () => {
          const text = await readFile(join(folder, "inferred.mts"), "utf8");
          await writeFile(join(folder, "inferred2.mts"), text.replace("@heddle/node-threads", "heddle"));
          await compile(compiler, "--module", "node16", "--declaration", "inferred.mts", "inferred2.mts");
          for (const [name, module] of Object.entries({ inferred: "@heddle/node-threads", inferred2: "heddle" })) {
            const declared = await readFile(join(folder, `${name}.d.mts`), "utf8");
            const named = new Set(Array.from(declared.matchAll(/"([^"]*heddle[^"]*)"/g), ([, from]) => from));
            const known = ["@heddle/node-threads", "heddle"].flatMap((one) => [one, `${one}/types`]);
            assert.ok(named.has(module), declared);
            assert.deepEqual(
              [...named].filter((one) => !known.includes(one as string)),
              [],
            );
          }
        },
        HANG,
      );
    }

    it(
      "compiles where modules are resolved as bundlers do, by the oldest compiler and the newest",
      async () => {
        const asBundlers = ["--module", "esnext", "--moduleResolution", "bundler", "--noEmit", "work.mts"];
        for (const compiler of ["typescript", "typescript54"]) await compile(compiler, ...asBundlers);
      },
      HANG,
    );

    for (const compiler of ["typescript", "typescript6", "typescript59", "typescript54"]) {
      for (const strictness of [
        [],
        ["--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--noPropertyAccessFromIndexSignature"],
      ]) {
        it(
          `${compiler} infers what is right and names the mistakes, by --strict ${strictness.join(" ")}`,
          async () => {
            const within = join(folder, `types-${compiler}-${strictness.length}`);
            await mkdir(within);
            const files = (await readdir(types)).filter((name) => name.endsWith(".ts"));
            for (const name of files) await copyFile(join(types, name), join(within, name));
            const options = [
              "--strict",
              "--target",
              "es2022",
              "--lib",
              "es2022,esnext.disposable",
              "--module",
              "node16",
            ];
            const more = ["--types", "node", "--noEmit", "--noErrorTruncation", ...strictness, ...files];
            await compareComplaints(within, join(folder, `node_modules/${compiler}/bin/tsc`), [...options, ...more]);
          },
          HANG,
        );
      }
    }

    it(
      "compiles, and runs, where modules are resolved as Node 10 did",
      async () => {
        await copyFile(join(programs, "work.cts"), join(folder, "work10.ts"));
        const old = ["--module", "commonjs", "--moduleResolution", "node10", "--outDir", "old", "work10.ts"];
        await compile("typescript54", ...old);
        await compile("typescript6", ...old, "--ignoreDeprecations", "6.0");
        await writeFile(join(folder, "old/package.json"), JSON.stringify({ type: "commonjs" }));
        assert.equal(await run("old/work10.js"), "[ 1, 4, 9 ] 2\n");
      },
      HANG,
    );
  });
});
