import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { testedWithProcessesBy } from "../../../scripts/programs.mjs";
import type { Runtime } from "./processes.js";

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string[];
  readonly stderr: string[];
}

/** Starts one of the programs in this folder, with `env` added to this process's environment. */
export function start(
  runtime: Runtime,
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  output: "pipe" | "ignore" = "pipe",
): ChildProcess {
  const program = fileURLToPath(new URL(`programs/${name}.mjs`, import.meta.url));
  const [command, ...options] = testedWithProcessesBy[runtime];
  return spawn(command, [...options, program, ...args], {
    stdio: ["ignore", output, output],
    env: { ...process.env, ...env },
  });
}

/** Runs it to its end. */
export const run = (runtime: Runtime, name: string, ...args: string[]): Promise<Ended> =>
  ended(start(runtime, name, args));

/** As {@link run}, with `env` added to its environment. */
export const runWith = (env: NodeJS.ProcessEnv, runtime: Runtime, name: string, ...args: string[]): Promise<Ended> =>
  ended(start(runtime, name, args, env));

/** As {@link run}, started by a shell that does `before` first. */
export function runAfter(
  before: string,
  runtime: Runtime,
  name: string,
  shell: readonly string[] = ["/bin/sh"],
): Promise<Ended> {
  const program = fileURLToPath(new URL(`programs/${name}.mjs`, import.meta.url));
  const [command = "", ...args] = [
    ...shell,
    "-c",
    `${before}; exec "$@"`,
    "sh",
    ...testedWithProcessesBy[runtime],
    program,
  ];
  return ended(spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] }));
}

async function ended(child: ChildProcess): Promise<Ended> {
  const { stdout: out, stderr: err } = child;
  if (out === null || err === null) throw new Error("the program has no output");
  const [stdout, stderr, [code, signal]] = await Promise.all([text(out), text(err), once(child, "close")]);
  return { code, signal, stdout: linesOf(stdout), stderr: linesOf(stderr) };
}

const linesOf = (output: string): string[] => output.split("\n").filter((line) => line !== "");
