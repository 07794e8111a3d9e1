import type { testedWithProcessesBy } from "../../../scripts/programs.mjs";

/** A runtime: each of them has processes. */
export type Runtime = keyof typeof testedWithProcessesBy;

/** In what its processes differ from those of the others. */
interface Processes {
  /** The type of `process.send` in them, as their runtime started them. */
  readonly canSend: "function" | "undefined";
  /** Whether a SIGSEGV that somebody sends ends them, see `test/faults.test.ts` in the package of one where it does not. */
  readonly endBySegv: boolean;
}

/** All of them: one that is added here runs every test of this folder that is about processes. */
export const processes: Record<Runtime, Processes> = {
  "Node, portably": { canSend: "function", endBySegv: true },
  Node: { canSend: "function", endBySegv: true },
  Bun: { canSend: "undefined", endBySegv: true },
  Deno: { canSend: "undefined", endBySegv: false },
};

export const runtimes = Object.keys(processes) as Runtime[];

/** For tests of many programs (`*.wide.test.ts`): `npm test` runs them on Node, the lanes of CI on the others. */
export const runtimesOfLane = runtimes.filter((runtime) => (runtime === "Node") !== (process.env.HEDDLE_LANES === "1"));
