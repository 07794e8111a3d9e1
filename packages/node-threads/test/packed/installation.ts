import { fork } from "node:child_process";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as packing from "../../../../scripts/packing.mjs";

export { writeReadmeProgram } from "../../../../scripts/packing.mjs";

const programs = fileURLToPath(new URL("programs/", import.meta.url));

/** Milliseconds after which a program that does not end is stopped: a failed test leaves nothing running. */
const HANG = 25_000;

/** Packs what this repository would publish and has npm install it into `folder`, which holds nothing yet. */
export async function install(folder: string): Promise<void> {
  await mkdir(folder);
  const tarballs = await packing.pack(join(folder, "..", "tarballs"), ["core", "node-threads"]);
  // npm would look for an enclosing project in the folders above.
  const options = ["--prefix", folder, "--prefer-offline", "--no-audit", "--no-fund"];
  await packing.execute("npm", ["install", ...options, ...tarballs], folder);
}

/** Copies programs of ours into `folder`. */
export async function writePrograms(folder: string, ...names: string[]): Promise<void> {
  for (const name of names) await copyFile(join(programs, name), join(folder, name));
}

/** The output of the program, line by line. Rejects unless it ends by itself with exit code 0. */
export async function run(folder: string, program: string): Promise<string[]> {
  const printed = await packing.execute(process.execPath, [program], folder, HANG);
  return printed.trimEnd().split("\n");
}

/** Starts a program with a channel to talk through. */
export const start = (folder: string, program: string) =>
  fork(join(folder, program), { cwd: folder, execArgv: [], timeout: HANG });

/** Where the globals come from: Node's types, or nothing but what TypeScript itself brings. */
export const globals = {
  "@types/node": ["--lib", "es2022", "--types", "node", "--typeRoots", packing.typeRoots],
  "no other types": ["--lib", "es2022,dom", "--types", ""],
};

/** Compiles a program as strictly as tsc can; rejects with its complaints. */
export async function compile(folder: string, program: string, types = globals["@types/node"]): Promise<void> {
  // Our declarations are checked as well.
  const options = ["--module", "nodenext", "--moduleResolution", "nodenext", "--skipLibCheck", "false"];
  await packing.compile(folder, program, [...options, ...types]);
}
