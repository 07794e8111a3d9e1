import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Runs a demo as a user does; gives its output, line by line. Rejects unless it ends by itself with exit code 0. */
export type Runner = (demo: string, ...args: string[]) => Promise<string[]>;

/** The command before a program's path. */
type Command = readonly [command: string, ...options: string[]];

/** Runs the programs of the app that is built in `dist`. */
export const built =
  (dist: URL): Runner =>
  (demo, ...args) =>
    run(new URL(`${demo}.js`, dist), undefined, ...args);

/** The path of a demo's source, for a runtime that runs TypeScript. */
export const source = (demo: string): string => fileURLToPath(new URL(`../src/${demo}.ts`, import.meta.url));

/** Runs one program as a user does, on this runtime or by another command. */
export async function run(
  program: URL,
  [command, ...options]: Command = [process.execPath],
  ...args: string[]
): Promise<string[]> {
  return outputOf(command, [...options, fileURLToPath(program), ...args]);
}

/** The output, line by line, of a command that ends well and quietly. */
export async function outputOf(command: string, args: readonly string[]): Promise<string[]> {
  const { stdout, stderr } = await promisify(execFile)(command, args, { encoding: "utf8" });
  assert.equal(stderr, "");
  return stdout.trimEnd().split("\n");
}
