import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chosen, help } from "../apps/runner/src/demos.js";
import { root, run } from "./run.mjs";

/** `npm start`: installs and builds what the demos need, then runs those that were asked for. */
const names = process.argv.slice(2);

function start() {
  try {
    if (chosen(names) === "help") {
      console.log(help);
      return 0;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    console.error(error.message);
    return 2;
  }
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  if (!run(`npx --yes -p ${packageManager} -c "node scripts/build.mjs"`)) return 1;
  // Not by npx, whose shell would take the names apart.
  const { status } = spawnSync(process.execPath, [join(root, "apps/runner/dist/main.js"), ...names], {
    stdio: "inherit",
  });
  return status ?? 1;
}

process.exitCode = start();
