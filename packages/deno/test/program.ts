import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

/** Milliseconds after which a program that does not end is stopped, which fails its test. */
const HANG = 25_000;

export interface Printed {
  readonly stdout: string[];
  readonly stderr: string[];
  readonly exitCode: number;
}

const linesOf = (bytes: Uint8Array): string[] =>
  new TextDecoder()
    .decode(bytes)
    .split("\n")
    .filter((line) => line !== "");

/** The output of `deno` with these arguments, line by line, and its exit code. Rejects if it does not end by itself. */
export async function deno(args: readonly string[], cwd?: string): Promise<Printed> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
    ...(cwd === undefined ? {} : { cwd }),
  }).spawn();
  const stop = setTimeout(() => child.kill("SIGKILL"), HANG);
  const { stdout, stderr, signal, code } = await child.output();
  clearTimeout(stop);
  const printed = { stdout: linesOf(stdout), stderr: linesOf(stderr), exitCode: code };
  assert.equal(signal, null, `deno ${args.join(" ")} did not end\n${JSON.stringify(printed, undefined, 2)}`);
  return printed;
}

/** The output of a program that ends well and quietly. */
export async function outputOf(args: readonly string[], cwd?: string): Promise<string[]> {
  const { stdout, stderr, exitCode } = await deno(args, cwd);
  assert.deepEqual({ stderr, exitCode }, { stderr: [], exitCode: 0 });
  return stdout;
}

/** The arguments that run one of our programs from its source. */
export const program = (name: string): string[] => [
  "run",
  "--allow-all",
  fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url)),
];
