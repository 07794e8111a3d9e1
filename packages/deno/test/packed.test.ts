import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import * as packing from "../../../scripts/packing.mjs";
import { outputOf } from "./program.ts";
import { describe, it } from "./runner.ts";

/** The ceiling for packing and installing: the registry may be far away. */
const INSTALL_LIMIT_MS = 180_000;

/** Programs that were written for Node's threads do the same here. */
const importing =
  (specifier: string) =>
  (program: string): string =>
    program.replaceAll("@heddle/node-threads", specifier);

/** An empty project into which what this repository would publish was packed and installed; gives its folder. */
async function install(home: string): Promise<string> {
  const tarballs = await packing.pack(`${home}/tarballs`, ["core", "deno"]);
  const app = `${home}/app`;
  await Deno.mkdir(app);
  await Deno.writeTextFile(`${app}/package.json`, JSON.stringify({ type: "module" }));
  const options = ["--prefix", app, "--prefer-offline", "--no-audit", "--no-fund"];
  await packing.execute("npm", ["install", ...options, ...tarballs], app);
  return app;
}

/** Wrong in what only Deno has, as the other program is in what all adapters have. */
const WRONG_PERMISSIONS = `import { task, Thread } from "@heddle/deno";

export const half = task(import.meta, (n: number) => n / 2);
// @ts-expect-error: no permission of Deno's
new Thread(half, { args: [1], permissions: { fly: true } });
new Thread(half, { args: [1], permissions: { net: ["deno.com"] } });
`;

async function writeWrongPrograms(app: string): Promise<void> {
  const wrongTypes = new URL("../../node-threads/test/packed/programs/wrong-types.mts", import.meta.url);
  const program = await Deno.readTextFile(fileURLToPath(wrongTypes));
  await Deno.writeTextFile(`${app}/wrong-types.ts`, importing("@heddle/deno")(program));
  await Deno.writeTextFile(`${app}/wrong-permissions.ts`, WRONG_PERMISSIONS);
}

describe("packed by pnpm and installed by npm", () => {
  it(
    "runs TypeScript as it is, may read its folder and nothing more, and is checked by deno check",
    async () => {
      const home = await Deno.makeTempDir({ prefix: "heddle-packed-" });
      try {
        const app = await install(home);
        await packing.writeReadmeProgram("primes.ts", app, "primes.ts", importing("@heddle/deno"));
        await packing.writeReadmeProgram("primes.ts", app, "npm.ts", importing("npm:@heddle/deno@0.1.0"));
        await writeWrongPrograms(app);
        const programs = ["primes.ts", "npm.ts", "wrong-types.ts", "wrong-permissions.ts"];
        await packing.execute(Deno.execPath(), ["check", ...programs], app);
        for (const program of ["primes.ts", "npm.ts"]) {
          assert.deepEqual(await outputOf(["run", "--allow-read=.", program], app), ["[ 9592, 17984, 25997 ]"]);
        }
      } finally {
        await Deno.remove(home, { recursive: true });
      }
    },
    INSTALL_LIMIT_MS,
  );
});
