import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Runs a demo as a user does; what it printed, line by line. Rejects unless it ends by itself with exit code 0. */
export type Runner = (demo: string) => Promise<string[]>;

/** Runs the programs of the app that is built in `dist`. */
export function runner(dist: URL): Runner {
  return async (demo) => {
    const program = fileURLToPath(new URL(`${demo}.js`, dist));
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program], { encoding: "utf8" });
    assert.equal(stderr, "");
    return stdout.trimEnd().split("\n");
  };
}
