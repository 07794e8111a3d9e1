import { spawnSync } from "node:child_process";

/**
 * A program of Python that prints times in µs as JSON. Without Python there are none.
 *
 * @param {string} program
 * @param {number} count
 */
export function python(program, count) {
  const { stdout, status } = spawnSync("python3", ["-c", program, String(count)], { encoding: "utf8" });
  return { times: status === 0 ? JSON.parse(stdout) : [] };
}
