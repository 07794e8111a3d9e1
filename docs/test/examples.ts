import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Comment, type ProjectReflection, ReflectionKind } from "typedoc";
import { outputOf } from "../../scripts/examples.mjs";

const docs = fileURLToPath(new URL("../", import.meta.url));
/** In this package, so that examples find the adapter; git ignores it. */
const folder = join(docs, ".examples");
const tsc = join(docs, "../node_modules/typescript/bin/tsc");

/** Milliseconds after which an example that does not end is stopped: a failed test leaves nothing running. */
const HANG = 25_000;

export interface Example {
  /** Where it stands, such as `Lock.acquire`: the name of its file too. */
  readonly name: string;
  readonly program: string;
  /** The output that it promises, line by line. */
  readonly output: readonly string[];
}

/** Every `@example` of the docstrings. An inherited example counts only where it was written. */
export function examplesIn(project: ProjectReflection): Example[] {
  const documented = project.getReflectionsByKind(ReflectionKind.All);
  const written = documented.filter((one) => !("inheritedFrom" in one && one.inheritedFrom));
  const examples = written.flatMap((one) => {
    const name = (one.isSignature() ? one.parent : one).getFullName();
    return programsIn(one.comment).map((program, index) => ({
      name: index === 0 ? name : `${name}-${index + 1}`,
      program,
      output: outputOf(program),
    }));
  });
  // `Usage` and `usage` are one file to some file systems, and to the compiler.
  const seen = new Set<string>();
  return examples.map((example) => {
    const isSeen = seen.has(example.name.toLowerCase());
    seen.add(example.name.toLowerCase());
    return isSeen ? { ...example, name: `${example.name}-again` } : example;
  });
}

export const programsIn = (comment: Comment | undefined): string[] =>
  (comment?.getTags("@example") ?? []).map(({ content }) => {
    const code = content.filter(({ kind }) => kind === "code").map(({ text }) => text);
    return code.join("\n").replaceAll(/^```.*\n?/gm, "");
  });

/**
 * Compiles all examples at once, as strictly as ourselves, and takes nothing but the types from them: they run on Node 20 as they are.
 * Rejects with the compiler's complaints; the compiled files are there all the same.
 */
export async function compile(examples: readonly Example[]): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const { name, program } of examples) await writeFile(join(folder, `${name}.mts`), program);
  await execute([tsc, "-p", join(docs, "tsconfig.examples.json")]);
}

/** The output of the compiled example, line by line. Rejects unless it ends by itself, with exit code 0 and without a word of complaint. */
export async function run({ name }: Example): Promise<string[]> {
  const { stdout, stderr } = await execute([join(folder, `${name}.mjs`)]);
  if (stderr !== "") throw new Error(`${name} printed to stderr:\n${stderr}`);
  return stdout.trimEnd().split("\n");
}

async function execute(args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  try {
    return await promisify(execFile)(process.execPath, args, { cwd: docs, timeout: HANG });
  } catch (error) {
    const { stdout = "", stderr = "", killed } = error as { stdout?: string; stderr?: string; killed?: boolean };
    throw new Error(`${args.join(" ")} ${killed ? "did not end" : "failed"}\n${stdout}${stderr}`, { cause: error });
  }
}
