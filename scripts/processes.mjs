import { readFileSync } from "node:fs";

/** Whether a process runs: one that has ended may stay in the list until somebody has asked how. On Linux. @param {number} pid */
export function isRunning(pid) {
  try {
    const state = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1) ?? "";
    return !state.startsWith("Z") && !state.startsWith("X");
  } catch {
    return false;
  }
}
