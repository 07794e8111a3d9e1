import { execSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

const quiet = { TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1" };

/**
 * Runs one shell command from the root, its output straight to ours; says whether it succeeded.
 *
 * @param {string} command
 * @param {Record<string, string>} [variables] of its environment, beside ours
 */
export function run(command, variables) {
  try {
    execSync(command, { cwd: root, env: { ...process.env, ...quiet, ...variables }, stdio: "inherit" });
    return true;
  } catch {
    return false;
  }
}
