import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { it } from "vitest";
import { testedWithProcessesBy } from "../../../scripts/programs.mjs";
import { runtimesOfLane as runtimes } from "./processes.js";

const program = fileURLToPath(new URL("programs/unread.mjs", import.meta.url));

for (const kind of ["threads", "processes"] as const) {
  for (const runtime of runtimes) {
    if (kind === "threads" && runtime === "Node, portably") continue;
    const run = async (who: "program" | "tasks") => {
      const [command, ...options] = testedWithProcessesBy[runtime];
      const child = spawn(command, [...options, program, kind, who], { stdio: "pipe" });
      const said = text(child.stderr);
      await once(child.stdout, "data");
      child.stdout.destroy();
      await once(child.stdout, "close");
      child.stdin.end("go on\n");
      const [code] = await once(child, "exit");
      return { code, said: (await said).split("\n") };
    };

    it(`${kind} whose output nobody reads any more fail as a program does that prints it, on ${runtime}`, async () => {
      const bare = await run("program");
      const goesOn = bare.said[0] === "goes on";
      assert.deepEqual([bare.code, goesOn], runtime.startsWith("Node") ? [1, false] : [0, true]);
      const { code, said } = await run("tasks");
      const [log = "", write = "", heard, half] = said;
      assert.equal(code, 0, said.join("\n"));
      assert.match(log, goesOn ? /^goes on$/ : /^HEDDLE_WORKER_CRASHED: .*\bEPIPE\b/);
      assert.match(write, /^HEDDLE_WORKER_CRASHED: .*\bEPIPE\b/);
      assert.deepEqual([heard, half], ["EPIPE,EPIPE", "goes on"]);
      // A thread writes an unfinished line at once, and fails once its task has ended; a process lets go of it at its end.
      if (kind === "processes") assert.deepEqual(said.slice(4), [""]);
    });
  }
}
