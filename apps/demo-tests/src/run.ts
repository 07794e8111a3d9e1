import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Runs a demo as a user does; what it printed, line by line. Rejects unless it ends by itself with exit code 0. */
export type Runner = (demo: string) => Promise<string[]>;

/** What comes before a program's path. */
type Command = readonly [command: string, ...options: string[]];

/** Runs the programs of the app that is built in `dist`. */
export const runner =
  (dist: URL): Runner =>
  (demo) =>
    run(new URL(`${demo}.js`, dist));

/** Runs the programs whose TypeScript lies in `src`, on a runtime that can. */
export const runnerOfSource =
  (src: URL, command?: Command): Runner =>
  (demo) =>
    run(new URL(`${demo}.ts`, src), command);

/** Runs one program as a user does, on this runtime or by another command. */
export async function run(program: URL, [command, ...options]: Command = [process.execPath]): Promise<string[]> {
  const args = [...options, fileURLToPath(program)];
  const { stdout, stderr } = await promisify(execFile)(command, args, { encoding: "utf8" });
  assert.equal(stderr, "");
  return stdout.trimEnd().split("\n");
}
