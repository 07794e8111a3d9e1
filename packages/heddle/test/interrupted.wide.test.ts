import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, it } from "vitest";
import { testedWithProcessesBy } from "../../../scripts/programs.mjs";
import { runtimesOfLane } from "./processes.js";

const program = fileURLToPath(new URL("programs/interrupted.mjs", import.meta.url));

for (const runtime of runtimesOfLane) {
  describe(`a signal to the process group of a program, on ${runtime}`, () => {
    it.each(["SIGINT", "SIGTERM"])(
      "that has a handler for %s leaves its workers alone: they finish what they do",
      async (signal) => {
        const [command, ...options] = testedWithProcessesBy[runtime];
        // Detached, it leads a group of its own, as a terminal's foreground job does.
        const child = spawn(command, [...options, program, signal], {
          detached: true,
          stdio: ["ignore", "pipe", "inherit"],
        });
        const lines: string[] = [];
        for await (const line of createInterface(child.stdout)) {
          lines.push(line);
          if (line === "running") process.kill(-(child.pid as number), signal);
        }
        // Not the code of what was started here, which may have started the program, and have ended by the signal.
        assert.deepEqual(lines, ["running", "[1,2,3]", "closed", "exit code 0"]);
      },
    );
  });
}
