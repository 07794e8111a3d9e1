import { spawn } from "node:child_process";
import { once } from "node:events";

/** A program that leaves no processor idle. */
const BUSY = "while (true) Math.sqrt(2)";

/** Two of it, until the function that comes back is called. */
async function twoBusy() {
  const programs = [1, 2].map(() => spawn(process.execPath, ["-e", BUSY], { stdio: "ignore" }));
  await Promise.all(programs.map((program) => once(program, "spawn")));
  return () => {
    for (const program of programs) program.kill("SIGKILL");
  };
}

const nothing = () => undefined;

/**
 * What goes on beside a measurement.
 *
 * @typedef {object} Condition
 * @property {readonly string[]} before what the command of a measurement begins with
 * @property {() => (() => void) | Promise<() => void>} enter brings the condition about; gives what ends it
 *
 * @type {Record<string, Condition>}
 */
export const conditions = {
  quiet: { before: [], enter: () => nothing },
  "beside two busy processes": { before: [], enter: twoBusy },
  "on one core": { before: ["taskset", "-c", "0"], enter: () => nothing },
};
