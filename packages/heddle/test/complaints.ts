import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The comment before a line of a program that must not compile, with words of the compiler's message. */
const EXPECTED = /^\s*\/\/ error: (.*)$/;
const COMPLAINT = /^([^\s(]+)\((\d+),\d+\): (error TS\d+: .*)$/;

/** Compiles a folder of programs, and compares what the compiler says with what they expect of it, line by line. */
export async function compareComplaints(folder: string, tsc: string, options: readonly string[]): Promise<void> {
  const expected = new Map<string, string>();
  for (const file of (await readdir(folder)).filter((name) => name.endsWith(".ts"))) {
    const lines = (await readFile(join(folder, file), "utf8")).split("\n");
    for (const [i, line] of lines.entries()) {
      const [, words] = EXPECTED.exec(line) ?? [];
      if (words !== undefined) expected.set(`${file}:${i + 2}`, words);
    }
  }
  assert.ok(expected.size > 0, folder);
  const said = complaintsIn(await run(tsc, ["--pretty", "false", ...options], folder));
  const missed = [...expected].filter(([place, words]) => !(said.get(place) ?? "").includes(words));
  assert.deepEqual(
    missed.map(([place, words]) => `${place}: ${words} | said: ${said.get(place) ?? "nothing"}`),
    [],
  );
  assert.deepEqual(
    [...said].filter(([place]) => !expected.has(place)),
    [],
  );
}

/** By place, the messages, each with the lines below it that say more. */
function complaintsIn(output: string): Map<string, string> {
  const said = new Map<string, string>();
  let place = "nowhere";
  for (const line of output.split("\n").filter((one) => one.trim() !== "")) {
    const [, file, row, message = line] = COMPLAINT.exec(line) ?? [];
    if (file !== undefined) place = `${file}:${row}`;
    said.set(place, `${said.get(place) ?? ""}${message}\n`);
  }
  return said;
}

const run = (tsc: string, args: readonly string[], cwd: string): Promise<string> =>
  new Promise((resolve) => {
    // That it complains is what is expected: its exit code says nothing.
    execFile(process.execPath, [tsc, ...args], { cwd, maxBuffer: 2 ** 24 }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
