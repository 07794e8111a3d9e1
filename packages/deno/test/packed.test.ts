import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { outputOf } from "./program.ts";
import { describe, it } from "./runner.ts";

const repository = new URL("../../../", import.meta.url);

/** The ceiling for packing and installing: the registry may be far away. */
const INSTALL_LIMIT_MS = 180_000;

async function execute(command: string, args: string[], cwd: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args, cwd }).output();
  assert.ok(success, `${command} ${args.join(" ")} failed\n${new TextDecoder().decode(stderr)}`);
}

/** An empty project into which what this repository would publish was packed and installed; gives its folder. */
async function install(home: string): Promise<string> {
  const app = `${home}/app`;
  await Deno.mkdir(app);
  for (const name of ["core", "deno"]) {
    await execute("pnpm", ["pack", "--pack-destination", home], fileURLToPath(new URL(`packages/${name}`, repository)));
  }
  const tarballs = [...Deno.readDirSync(home)].filter(({ isFile }) => isFile).map(({ name }) => `${home}/${name}`);
  await Deno.writeTextFile(`${app}/package.json`, JSON.stringify({ type: "module" }));
  await execute("npm", ["install", "--prefix", app, "--prefer-offline", "--no-audit", "--no-fund", ...tarballs], app);
  return app;
}

/** The README's TypeScript program, importing from `specifier`. */
async function readmeProgram(specifier: string): Promise<string> {
  const readme = await Deno.readTextFile(new URL("README.md", repository));
  const [, program] = /^```ts\n(.*?)^```$/ms.exec(readme) ?? [];
  if (program === undefined) throw new Error("The README has no program in TypeScript");
  return program.replace("@heddle/node-threads", specifier);
}

const WRONG = `import { type Lock, Pool, Queue, task, Thread } from "@heddle/deno";

export const half = task(import.meta, (n: number) => n / 2);
const pool = new Pool();
// @ts-expect-error: a string where the task takes a number
pool.run(half, "1");
// @ts-expect-error: a result that is no string
const text: string = await pool.run(half, 1);
// @ts-expect-error: args are required where the task takes some
new Thread(half);
// @ts-expect-error: no permission of Deno's
new Thread(half, { args: [1], permissions: { fly: true } });
new Thread(half, { args: [1], permissions: { net: ["deno.com"] } });
// @ts-expect-error: an item of another type
new Queue<number>().put("1");
// @ts-expect-error: no such option
(null as unknown as Lock).acquire({ timeOut: 1 });
export { text };
`;

describe("packed by pnpm and installed by npm", () => {
  it(
    "runs TypeScript as it is, may read its folder and nothing more, and is checked by deno check",
    async () => {
      const home = await Deno.makeTempDir({ prefix: "heddle-packed-" });
      try {
        const app = await install(home);
        await Deno.writeTextFile(`${app}/primes.ts`, await readmeProgram("@heddle/deno"));
        await Deno.writeTextFile(`${app}/npm.ts`, await readmeProgram("npm:@heddle/deno@0.1.0"));
        await Deno.writeTextFile(`${app}/wrong.ts`, WRONG);
        await execute(Deno.execPath(), ["check", "primes.ts", "npm.ts", "wrong.ts"], app);
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
