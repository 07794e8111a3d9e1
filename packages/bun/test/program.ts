import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

/** Milliseconds after which a program that does not end is stopped, which fails its test. */
const HANG = 25_000;

export interface Printed {
  readonly stdout: string[];
  readonly stderr: string[];
  readonly exitCode: number;
}

const linesOf = (text: string): string[] => text.split("\n").filter((line) => line !== "");

/** The output of a command, line by line, and its exit code. Rejects if it does not end by itself. */
export async function execute(
  command: readonly string[],
  cwd: string = import.meta.dir,
  hang = HANG,
): Promise<Printed> {
  // As a user starts it: not told that it runs within `bun test`.
  const { NODE_ENV: _, ...env } = process.env;
  const ran = Bun.spawn([...command], { cwd, env, stdout: "pipe", stderr: "pipe", timeout: hang });
  const [stdout, stderr] = await Promise.all([new Response(ran.stdout).text(), new Response(ran.stderr).text()]);
  const exitCode = await ran.exited;
  assert.equal(ran.signalCode, null, `${command.join(" ")} did not end\n${stdout}${stderr}`);
  return { stdout: linesOf(stdout), stderr: linesOf(stderr), exitCode };
}

/** The output of a program that ends well and quietly. */
export async function outputOf(command: readonly string[], cwd?: string, hang?: number): Promise<string[]> {
  const { stdout, stderr, exitCode } = await execute(command, cwd, hang);
  assert.deepEqual({ stderr, exitCode }, { stderr: [], exitCode: 0 });
  return stdout;
}

/** The command that runs one of our programs from its source. */
export const program = (name: string): string[] => [
  process.execPath,
  "run",
  fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url)),
];
