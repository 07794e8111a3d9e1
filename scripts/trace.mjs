import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromeTrace } from "./dump/chrome.mjs";
import { root } from "./run.mjs";

/**
 * Runs a program on Node and writes its tasks, waits and holds as a trace for chrome://tracing or https://ui.perfetto.dev. Build once before.
 *
 *     node scripts/trace.mjs trace.json program.mjs [argument …]
 */
const [output, ...program] = process.argv.slice(2);
if (output === undefined || program.length === 0)
  throw new Error("Usage: node scripts/trace.mjs FILE PROGRAM [ARGUMENT …]");

const folder = mkdtempSync(join(tmpdir(), "heddle-"));
const events = join(folder, "events.jsonl");
try {
  const recorder = pathToFileURL(join(root, "apps/runner/dist/recorder.js")).href;
  const { status } = spawnSync(process.execPath, ["--import", recorder, ...program], {
    stdio: "inherit",
    env: { ...process.env, HEDDLE_TIMELINE: events },
  });
  const lines = existsSync(events) ? readFileSync(events, "utf8").split("\n").filter(Boolean) : [];
  writeFileSync(output, JSON.stringify(chromeTrace(lines.map((line) => JSON.parse(line)))));
  console.log(`${lines.length} events are in ${output}`);
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
