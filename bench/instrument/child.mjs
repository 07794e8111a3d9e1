import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** No contender takes so long at a row. */
const LIMIT_MS = 60_000;
const measure = fileURLToPath(new URL("./measure.mjs", import.meta.url));

/**
 * A row with one contender, in a process of its own. A contender that fails or hangs at it is told of, and has no times.
 *
 * @typedef {{ name: string, times: number[], cpuMs: number, megabytes: number }} Measured
 *
 * @param {string} row
 * @param {string} contender
 * @param {{ before?: readonly string[], env?: NodeJS.ProcessEnv }} [settings] what the command begins with, and more environment
 * @returns {Promise<Measured | undefined>}
 */
export function inChild(row, contender, { before = [], env } = {}) {
  const [program = "", ...args] = [...before, process.execPath, "--expose-gc", measure, row, contender];
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  let [out, err] = ["", ""];
  child.stdout.on("data", (data) => (out += data));
  child.stderr.on("data", (data) => (err += data));
  return new Promise((resolve) => {
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (out.includes('"times"')) return resolve(JSON.parse(out.trim().split("\n").at(-1) ?? ""));
      console.error(
        `${contender} failed at "${row}" (${signal ?? code}): ${err.trim().split("\n").slice(-5).join("\n")}`,
      );
      resolve(undefined);
    });
  });
}
