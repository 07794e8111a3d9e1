import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { blocksOf } from "./examples.mjs";
import { root } from "./run.mjs";

/** For tests of what this repository would publish: packing it, and compiling against it as strictly as can be. */

/**
 * The output of the command. Rejects, with just that, unless it ends by itself with exit code 0.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {number} [timeout] milliseconds after which it is stopped
 * @param {Record<string, string>} [env] added to this process's environment
 */
export async function execute(command, args, cwd, timeout = 0, env = {}) {
  try {
    const options = { cwd, timeout, env: { ...process.env, ...env } };
    const { stdout, stderr } = await promisify(execFile)(command, args, { ...options, encoding: "utf8" });
    return stdout + stderr;
  } catch (error) {
    const {
      stdout = "",
      stderr = "",
      killed,
    } = /** @type {{ stdout?: string, stderr?: string, killed?: boolean }} */ (error);
    const what = `${command} ${args.join(" ")} ${killed ? "did not end" : "failed"}`;
    throw new Error(`${what}\n${stdout}${stderr}`, { cause: error });
  }
}

/**
 * Packs packages of this repository; where their tarballs are.
 *
 * @param {string} folder where to put them: made here
 * @param {readonly string[]} names of folders in packages
 */
export async function pack(folder, names) {
  await mkdir(folder);
  for (const name of names) await execute("pnpm", ["pack", "--pack-destination", folder], join(root, "packages", name));
  return (await readdir(folder)).map((name) => join(folder, name));
}

/**
 * A program of the README, under a name of its own in `folder`.
 *
 * @param {string} program the name in its first line
 * @param {string} folder
 * @param {string} name
 * @param {(program: string) => string} [change]
 */
export async function writeReadmeProgram(program, folder, name, change = (text) => text) {
  const block = blocksOf(await readFile(join(root, "README.md"), "utf8")).find(({ file }) => file === program);
  if (block === undefined) throw new Error(`The README has no ${program}`);
  await writeFile(join(folder, name), change(block.program));
}

const strictest = [
  ...["--target", "es2022", "--strict", "--noUncheckedIndexedAccess"],
  ...["--exactOptionalPropertyTypes", "--noImplicitOverride"],
];

/**
 * Compiles a program as strictly as tsc can; rejects with its complaints.
 *
 * @param {string} folder
 * @param {string} program
 * @param {readonly string[]} options how modules are found, where globals come from, and whose declarations are checked
 */
export async function compile(folder, program, options) {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  await execute("node", [tsc, ...strictest, ...options, program], folder);
}

/** The folder of declarations of other people's runtimes. */
export const typeRoots = join(root, "node_modules/@types");
