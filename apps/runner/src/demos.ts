import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Demo {
  readonly name: string;
  readonly what: string;
  readonly program: string;
}

export interface Loom {
  readonly name: string;
  /** The executable, and what comes before the program's path: it has the recorder loaded before the program. */
  readonly command: readonly [string, ...string[]];
  readonly demos: readonly Demo[];
}

type Program = readonly [name: string, what: string];

const PROGRAMS: readonly Program[] = [
  ["numbers-and-letters", "two workers print at the same time"],
  ["lock", "one worker at a time in a critical section"],
  ["semaphore", "two permits for six workers"],
  ["queue", "four workers greet their parent"],
  ["io-or-cpu", "what waits, what computes, and what each is best done with"],
];
const SERVICE: Program = ["service", "an HTTP service that goes on when one of its workers is killed"];
const ANYWHERE: Program = ["threads", "one program, the same on Node, Bun and Deno"];
const ANYWHERE_IN_PROCESSES: Program = ["processes", "likewise, and one of its processes is killed"];

const { resolve } = createRequire(import.meta.url);

const folderOf = (name: string): string => dirname(resolve(`${name}/package.json`));

/** An app's programs: as they were built, or as they were written where the runtime runs TypeScript. */
function demosOf(app: string, file: (name: string) => string, programs = PROGRAMS): Demo[] {
  const folder = folderOf(app);
  return programs.map(([name, what]) => ({ name, what, program: join(folder, file(name)) }));
}

const built = (name: string): string => `dist/${name}.js`;
const source = (name: string): string => `src/${name}.ts`;
const anywhere = (...programs: readonly Program[]): Demo[] =>
  demosOf("@heddle/app-anywhere", (name) => `src/${name}.js`, programs);

const recorder = (name: string): URL => new URL(`./${name}.js`, import.meta.url);

const node = (): Loom["command"] => [process.execPath, "--import", recorder("recorder").href];

const bun = (recording: string, ...options: string[]): Loom["command"] => [
  join(folderOf("bun"), "bin/bun.exe"),
  ...["run", "--preload", fileURLToPath(recorder(recording)), ...options],
];

const deno = (...options: string[]): Loom["command"] => [
  // Deno comes as a program of Node's that puts the binary in its place when it is first run.
  process.execPath,
  join(folderOf("deno"), "bin.cjs"),
  ...["run", "--allow-all", "--preload", fileURLToPath(recorder("recorder-in-deno")), ...options],
];

/** Every runtime whose demos run today. */
export const looms = (): Loom[] => [
  {
    name: "Node threads",
    command: node(),
    demos: [...demosOf("@heddle/app-node-threads", built), ...anywhere(ANYWHERE)],
  },
  {
    name: "Node processes",
    command: node(),
    demos: [...demosOf("@heddle/app-node-processes", built), ...anywhere(ANYWHERE_IN_PROCESSES)],
  },
  { name: "Node cluster", command: node(), demos: demosOf("@heddle/app-node-cluster", built, [...PROGRAMS, SERVICE]) },
  {
    name: "Bun",
    command: bun("recorder-in-bun"),
    demos: [...demosOf("@heddle/app-bun", source), ...anywhere(ANYWHERE)],
  },
  {
    name: "Bun processes",
    // The same programs as on Node, with Bun's processes for those that they import.
    command: bun("recorder", `--tsconfig-override=${join(folderOf("@heddle/app-bun"), "processes.json")}`),
    demos: [...demosOf("@heddle/app-node-processes", source), ...anywhere(ANYWHERE_IN_PROCESSES)],
  },
  {
    name: "Deno",
    command: deno(),
    demos: [...demosOf("@heddle/app-deno", source), ...anywhere(ANYWHERE)],
  },
  {
    name: "Deno processes",
    // The same programs as on Node, with Deno's processes for those that they import.
    command: deno("--import-map", join(folderOf("@heddle/app-deno"), "processes.json")),
    demos: [...demosOf("@heddle/app-node-processes", source), ...anywhere(ANYWHERE_IN_PROCESSES)],
  },
];
