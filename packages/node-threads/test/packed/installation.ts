import { execFile, fork } from "node:child_process";
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const programs = fileURLToPath(new URL("programs/", import.meta.url));
const tsc = join(repository, "node_modules/typescript/bin/tsc");

/** Milliseconds after which a program that does not end is stopped: a failed test leaves nothing running. */
const HANG = 25_000;

/** What the command printed. Rejects, with just that, unless it ends by itself with exit code 0. */
async function execute(command: string, args: readonly string[], cwd: string, timeout = 0): Promise<string> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, { cwd, timeout, encoding: "utf8" });
    return stdout + stderr;
  } catch (error) {
    const { stdout = "", stderr = "", killed } = error as { stdout?: string; stderr?: string; killed?: boolean };
    const what = `${command} ${args.join(" ")} ${killed ? "did not end" : "failed"}`;
    throw new Error(`${what}\n${stdout}${stderr}`, { cause: error });
  }
}

/** Packs what this repository would publish and has npm install it into `folder`, which holds nothing yet. */
export async function install(folder: string): Promise<void> {
  const tarballs = join(folder, "..", "tarballs");
  await Promise.all([mkdir(folder), mkdir(tarballs)]);
  for (const name of ["core", "node-threads"]) {
    await execute("pnpm", ["pack", "--pack-destination", tarballs], join(repository, "packages", name));
  }
  const packed = (await readdir(tarballs)).map((name) => join(tarballs, name));
  // npm would look for an enclosing project in the folders above.
  const options = ["--prefix", folder, "--prefer-offline", "--no-audit", "--no-fund"];
  await execute("npm", ["install", ...options, ...packed], folder);
}

/** The README's first program in that language, under a name of its own in `folder`. */
export async function writeReadmeProgram(language: "js" | "ts", folder: string, name: string): Promise<void> {
  const readme = await readFile(join(repository, "README.md"), "utf8");
  const [, program] = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "ms").exec(readme) ?? [];
  if (program === undefined) throw new Error(`The README has no program in ${language}`);
  await writeFile(join(folder, name), program);
}

/** Copies programs of ours into `folder`. */
export async function writePrograms(folder: string, ...names: string[]): Promise<void> {
  for (const name of names) await copyFile(join(programs, name), join(folder, name));
}

/** What the program printed, line by line. Rejects unless it ends by itself with exit code 0. */
export async function run(folder: string, program: string): Promise<string[]> {
  const printed = await execute(process.execPath, [program], folder, HANG);
  return printed.trimEnd().split("\n");
}

/** Starts a program with a channel to talk through. */
export const start = (folder: string, program: string) =>
  fork(join(folder, program), { cwd: folder, execArgv: [], timeout: HANG });

const strictest = [
  ["--module", "nodenext", "--moduleResolution", "nodenext", "--target", "es2022"],
  ["--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--noImplicitOverride"],
  // Our declarations are checked as well.
  ["--skipLibCheck", "false"],
].flat();

/** Where the globals come from: Node's types, or nothing but what TypeScript itself brings. */
export const globals = {
  "@types/node": ["--lib", "es2022", "--types", "node", "--typeRoots", join(repository, "node_modules/@types")],
  "no other types": ["--lib", "es2022,dom", "--types", ""],
};

/** Compiles a program as strictly as tsc can; rejects with its complaints. */
export async function compile(folder: string, program: string, types = globals["@types/node"]): Promise<void> {
  await execute(process.execPath, [tsc, ...strictest, ...types, program], folder);
}
