import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Demo } from "./demos.js";

const { resolve } = createRequire(import.meta.url);

const folderOf = (name: string): string => dirname(resolve(`${name}/package.json`));

const recorder = (name: string): URL => new URL(`./${name}.js`, import.meta.url);

const node = (): string[] => [process.execPath, "--import", recorder("recorder").href];

const bun = (recording: string, ...options: string[]): string[] => [
  join(folderOf("bun"), "bin/bun.exe"),
  ...["run", "--preload", fileURLToPath(recorder(recording)), ...options],
];

const deno = (...options: string[]): string[] => [
  // Deno comes as a program of Node's that puts the binary in its place when it is first run.
  process.execPath,
  join(folderOf("deno"), "bin.cjs"),
  ...["run", "--allow-all", "--preload", fileURLToPath(recorder("recorder-in-deno")), ...options],
];

/** The executable, and what comes before the program's path: it has the recorder loaded before the program. */
const COMMANDS: Record<string, () => string[]> = {
  bun: () => bun("recorder-in-bun"),
  "bun-processes": () => bun("recorder", `--tsconfig-override=${join(folderOf("@heddle/app-bun"), "processes.json")}`),
  deno: () => deno(),
  "deno-processes": () => deno("--import-map", join(folderOf("@heddle/app-deno"), "processes.json")),
};

/** The command that runs a demo as a user does. */
export function commandOf({ backend, name }: Demo): string[] {
  const command = (COMMANDS[backend] ?? node)();
  if (name === "threads" || name === "processes") {
    return [...command, join(folderOf("@heddle/app-anywhere"), `src/${name}.js`)];
  }
  // As it was written where the runtime runs TypeScript, as it was built elsewhere.
  if (backend in COMMANDS) return [...command, join(folderOf("@heddle/app-demos"), `src/${name}.ts`)];
  return [...command, join(folderOf(`@heddle/app-${backend}`), `dist/${name}.js`)];
}
