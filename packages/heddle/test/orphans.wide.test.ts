import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pass } from "node:timers/promises";
import { describe, it } from "vitest";
import { isRunning } from "../../../scripts/processes.mjs";
import { processes, type Runtime, runtimesOfLane } from "./processes.js";
import { start } from "./run.js";

const scale = Math.max(1, Number(process.env.HEDDLE_STRESS ?? 1));
/** How long what was left alone may take to go. */
const WAIT_LIMIT_MS = 2000;

/** Kills a program that has started processes of every kind; gives who is left in the end. Its temporary files are in `folder`. */
async function killParent(
  runtime: Runtime,
  signal: NodeJS.Signals,
  byItself: boolean,
  folder: string,
): Promise<number[]> {
  const parent = start(runtime, "parent", byItself ? [signal] : [], { TMPDIR: folder });
  assert.ok(parent.stdout);
  const [line] = await once(createInterface(parent.stdout), "line");
  const pids: number[] = JSON.parse(line);
  assert.equal(pids.length, 6);
  // Not what was started here, which may have started it.
  if (!byItself) process.kill(pids[0] as number, signal);
  await once(parent, "exit");
  const deadline = performance.now() + WAIT_LIMIT_MS;
  while (pids.some(isRunning) && performance.now() < deadline) await pass(5);
  return pids.filter(isRunning);
}

/** The ways to end a program that differ: at once, by asking, from the keyboard, as a crash does. */
const signalsThatEnd = (runtime: Runtime): NodeJS.Signals[] => [
  "SIGKILL",
  "SIGTERM",
  "SIGINT",
  "SIGQUIT",
  ...(processes[runtime].endBySegv ? (["SIGSEGV"] as const) : []),
];

for (const runtime of runtimesOfLane) {
  describe(`the end of a program's main process, on ${runtime} (× ${scale})`, () => {
    for (const signal of signalsThatEnd(runtime)) {
      it(
        `by ${signal} leaves no process, file or memory behind`,
        async () => {
          // Where it would put files, if it had any with a name.
          const folder = mkdtempSync(join(tmpdir(), "orphans-"));
          for (let n = 0; n < scale; n++) {
            assert.deepEqual(await killParent(runtime, signal, false, folder), []);
            assert.deepEqual(await killParent(runtime, signal, true, folder), []);
          }
          assert.deepEqual(readdirSync(folder), []);
          rmSync(folder, { recursive: true });
        },
        30_000 * scale,
      );
    }
  });
}
