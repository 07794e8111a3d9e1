import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export interface Demo {
  readonly name: string;
  readonly what: string;
  readonly program: string;
}

export interface Loom {
  readonly name: string;
  /** The executable, and what comes before the program's path. */
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

function demosOf(app: string, programs = PROGRAMS): Demo[] {
  const folder = dirname(createRequire(import.meta.url).resolve(`${app}/package.json`));
  return programs.map(([name, what]) => ({ name, what, program: join(folder, "dist", `${name}.js`) }));
}

/** Every runtime whose demos run today. */
export const looms = (): Loom[] => [
  { name: "Node threads", command: [process.execPath], demos: demosOf("@heddle/app-node-threads") },
  { name: "Node processes", command: [process.execPath], demos: demosOf("@heddle/app-node-processes") },
  {
    name: "Node cluster",
    command: [process.execPath],
    demos: demosOf("@heddle/app-node-cluster", [...PROGRAMS, SERVICE]),
  },
];
