import { execSync } from "node:child_process";
import { parseArgs } from "node:util";
import { root, run } from "./run.mjs";

/**
 * A release, in two steps. CONTRIBUTING.md ("A release") says what comes between them.
 *
 *     npm run release:prepare    sets versions and changelogs from the changesets
 *     npm run release:publish    builds, and publishes every package whose version is not in the registry
 *
 * `--dry-run` with the second publishes nothing.
 */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { "dry-run": { type: "boolean" } } });
const [step = ""] = positionals;

/** @type {Record<string, () => readonly string[]>} */
const steps = {
  prepare: () => ["changeset version", "pnpm install --lockfile-only"],
  publish: () => [
    "node scripts/build.mjs",
    `pnpm publish --recursive --access public ${
      values["dry-run"] ? "--dry-run --no-git-checks" : `--provenance ${process.env.CI ? "--no-git-checks" : ""}`
    }`,
  ],
};

const commands = steps[step]?.();
if (commands === undefined) throw new Error(`A step of a release is "prepare" or "publish", not "${step}"`);
const changed = execSync("git status --porcelain", { cwd: root, encoding: "utf8" });
if (changed !== "" && !values["dry-run"]) throw new Error(`Commit first what has changed:\n${changed}`);
process.exitCode = commands.every((command) => run(command)) ? 0 : 1;
