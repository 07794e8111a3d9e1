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

const PROGRAMS: readonly (readonly [name: string, what: string])[] = [
  ["numbers-and-letters", "two threads print at the same time"],
  ["lock", "one thread at a time in a critical section"],
  ["semaphore", "two permits for six threads"],
  ["queue", "four threads greet their parent"],
  ["io-or-cpu", "what waits, what computes, and what each is best done with"],
];

function demosOf(app: string): Demo[] {
  const folder = dirname(createRequire(import.meta.url).resolve(`${app}/package.json`));
  return PROGRAMS.map(([name, what]) => ({ name, what, program: join(folder, "dist", `${name}.js`) }));
}

/** Every runtime whose demos run today. */
export const looms = (): Loom[] => [
  { name: "Node threads", command: [process.execPath], demos: demosOf("@heddle/app-node-threads") },
];
